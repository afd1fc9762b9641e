"""Addresses of this room's pages."""

from django.urls import path

from masslink.people import views

urlpatterns = [
    path("people/new", views.new, name="person-new"),
    path("people/<uuid:person_id>/edit", views.edit, name="person-edit"),
    path("people/<uuid:person_id>/left", views.left, name="person-left"),
    path("people/<uuid:person_id>/back", views.back, name="person-back"),
    path("people/<uuid:person_id>/delete", views.delete, name="person-delete"),
    path("people/<uuid:person_id>/take-on", views.take_on, name="person-take-on"),
    path("people/<uuid:person_id>/links/<uuid:link_id>/end", views.end_link, name="link-end"),
]
