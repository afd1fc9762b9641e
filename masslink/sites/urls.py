"""Addresses of this room's pages."""

from django.urls import path

from masslink.sites import views

urlpatterns = [
    path("places/new", views.new, name="site-new"),
    path("places/<uuid:site_id>/edit", views.edit, name="site-edit"),
    path("places/<uuid:site_id>/units", views.units, name="site-units"),
    path("places/<uuid:site_id>/access", views.access, name="site-access"),
]
