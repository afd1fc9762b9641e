"""Addresses of this room's pages."""

from django.urls import path

from masslink.ideas import contact_views, correction_views, listing, views

urlpatterns = [
    path("us/ideas", listing.ideas, name="ideas"),
    path("us/ideas/new", views.new, name="idea-new"),
    path("us/ideas/<uuid:idea_id>", views.idea, name="idea"),
    path("us/ideas/<uuid:idea_id>/edit", views.edit, name="idea-edit"),
    path("us/ideas/<uuid:idea_id>/drop", views.drop, name="idea-drop"),
    path("us/ideas/<uuid:idea_id>/answer", views.answer, name="idea-answer"),
    path("us/ideas/<uuid:idea_id>/carry", views.carry, name="idea-carry"),
    path("us/ideas/<uuid:idea_id>/alike", views.alike, name="idea-alike"),
    path("us/ideas/<uuid:idea_id>/apart", views.apart, name="idea-apart"),
    path("us/corrections", listing.corrections, name="corrections"),
    path("us/corrections/new", correction_views.new, name="correction-new"),
    path("us/corrections/<uuid:correction_id>", correction_views.correction, name="correction"),
    path("us/corrections/<uuid:correction_id>/edit", correction_views.edit, name="correction-edit"),
    path("us/corrections/<uuid:correction_id>/drop", correction_views.drop, name="correction-drop"),
    path("us/corrections/<uuid:correction_id>/agree", correction_views.agree, name="correction-agree"),
    path("us/corrections/<uuid:correction_id>/look", correction_views.look, name="correction-look"),
    path("us/corrections/<uuid:correction_id>/pointed", correction_views.pointed, name="correction-pointed"),
    path("us/corrections/pointed/<uuid:pointed_out_id>/told", correction_views.told, name="correction-told"),
    path("us/questions/<uuid:question_id>/asked", contact_views.asked, name="contact-answer"),
]
