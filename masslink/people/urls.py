"""Addresses of this room's pages."""

from django.urls import path

from masslink.people import asked, fading_views, ladder_views, merge_views, ticking_views, views
from masslink.people.cautions.urls import urlpatterns as caution_urls
from masslink.people.standing.urls import urlpatterns as standing_urls
from masslink.people.ties.urls import urlpatterns as ties_urls

urlpatterns = [
    *ties_urls,
    path("people/new", views.new, name="person-new"),
    path("people/<uuid:person_id>/edit", views.edit, name="person-edit"),
    path("people/<uuid:person_id>/left", views.left, name="person-left"),
    path("people/<uuid:person_id>/back", views.back, name="person-back"),
    path("people/<uuid:person_id>/delete", views.delete, name="person-delete"),
    path("people/<uuid:person_id>/file", asked.file, name="person-file"),
    path("people/<uuid:person_id>/erase", asked.erase, name="person-erase"),
    path("people/<uuid:person_id>/move", asked.move, name="person-move"),
    path("people/<uuid:person_id>/take-on", views.take_on, name="person-take-on"),
    path("people/<uuid:person_id>/links/<uuid:link_id>/end", views.end_link, name="link-end"),
    path("people/<uuid:person_id>/merge", merge_views.merge, name="person-merge"),
    path("people/<uuid:person_id>/apart", merge_views.apart, name="person-apart"),
    path("people/<uuid:person_id>/unmerge/<uuid:merged_id>", merge_views.unmerge, name="person-unmerge"),
    path("us/fading", fading_views.fading_rules, name="fading"),
    path("us/fading/change", fading_views.change_rules, name="fading-change"),
    path("us/fading/soon", fading_views.fading_soon, name="fading-soon"),
    path("people/<uuid:person_id>/keep", fading_views.keep_person, name="person-keep"),
    path("people/<uuid:person_id>/keep-words", fading_views.keep_words, name="person-keep-words"),
    path("places/<uuid:site_id>/unmet", fading_views.unmet, name="unmet"),
    path("places/<uuid:site_id>/unmet/delete", fading_views.delete_unmet, name="unmet-delete"),
    path("places/<uuid:site_id>/deeds", ticking_views.deeds, name="deeds"),
    path("places/<uuid:site_id>/deeds/tick", ticking_views.ticked, name="deeds-tick"),
    path("places/<uuid:site_id>/deeds/find", ticking_views.find, name="deeds-find"),
    *caution_urls,
    path("people/<uuid:person_id>/ladder", ladder_views.person_ladder, name="person-ladder"),
    *standing_urls,
]
