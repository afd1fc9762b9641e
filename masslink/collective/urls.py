"""Addresses of this room's pages."""

from django.urls import path

from masslink.collective import views

urlpatterns = [
    path("found", views.found, name="found"),
    path("unlock", views.unlock, name="unlock"),
    path("lock", views.lock, name="lock"),
    path("hide", views.hide, name="hide"),
    path("language", views.language, name="language"),
    path("us/protected", views.protected, name="protected"),
]
