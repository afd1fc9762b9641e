"""Addresses of the ties' pages; the map itself is the desk's, as it shows promises too."""

from django.urls import path

from masslink.people.ties import views

urlpatterns = [
    path("people/<uuid:person_id>/knows", views.knows, name="person-knows"),
    path("people/<uuid:person_id>/knows/<uuid:tie_id>/end", views.end, name="tie-end"),
]
