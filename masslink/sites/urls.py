"""Addresses of this room's pages."""

from django.urls import path

from masslink.sites import access_views, views, wish_views

urlpatterns = [
    path("places/new", views.new, name="site-new"),
    path("places/<uuid:site_id>/edit", views.edit, name="site-edit"),
    path("places/<uuid:site_id>/units", views.units, name="site-units"),
    path("places/<uuid:site_id>/access", access_views.access, name="site-access"),
    path("places/<uuid:site_id>/access/<uuid:member_id>/give", access_views.give, name="access-give"),
    path("places/<uuid:site_id>/access/<uuid:member_id>/take", access_views.take, name="access-take"),
    path("us/ask-for-access", wish_views.ask, name="access-ask"),
    path("us/access/<uuid:access_wish_id>", wish_views.wish, name="access-wish"),
]
