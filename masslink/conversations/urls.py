"""Addresses of this room's pages."""

from django.urls import path

from masslink.conversations import divides_views, happenings, views

urlpatterns = [
    path("talked", views.talked, name="talked"),
    path("talked/who", views.pick, name="pick"),
    path("happened", happenings.happened, name="happened"),
    path("happened/<uuid:observation_id>", happenings.observation, name="observation"),
    path("happened/<uuid:observation_id>/edit", happenings.edit, name="observation-edit"),
    path("happened/<uuid:observation_id>/tried", divides_views.tried, name="observation-tried"),
    path("places/<uuid:site_id>/divides", divides_views.divides, name="divides"),
    path("places/<uuid:site_id>/happened", happenings.observations, name="observations"),
]
