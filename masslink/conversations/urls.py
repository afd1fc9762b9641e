"""Addresses of this room's pages."""

from django.urls import path

from masslink.conversations import happenings, views

urlpatterns = [
    path("talked", views.talked, name="talked"),
    path("talked/who", views.pick, name="pick"),
    path("happened", happenings.happened, name="happened"),
    path("happened/<uuid:observation_id>", happenings.observation, name="observation"),
    path("happened/<uuid:observation_id>/edit", happenings.edit, name="observation-edit"),
    path("places/<uuid:site_id>/happened", happenings.observations, name="observations"),
]
