"""Addresses of this room's pages."""

from django.urls import path

from masslink.exchange import doubles, row_views, views

urlpatterns = [
    path("lists", views.lists, name="lists"),
    path("places/<uuid:site_id>/doubles", doubles.doubles, name="doubles"),
    path("lists/bring-in", views.new, name="import-new"),
    path("lists/take-out", views.export, name="export"),
    path("lists/<uuid:import_id>", views.one_list, name="import"),
    path("lists/<uuid:import_id>/step", views.step, name="import-step"),
    path("lists/<uuid:import_id>/cancel", views.cancel, name="import-cancel"),
    path("lists/<uuid:import_id>/undo", views.undo, name="import-undo"),
    path("lists/<uuid:import_id>/waiting", row_views.waiting, name="import-waiting"),
    path("lists/<uuid:import_id>/known", row_views.known, name="import-known"),
    path("lists/<uuid:import_id>/problems", row_views.problems, name="import-problems"),
    path("lists/<uuid:import_id>/problems/file", row_views.problems_file, name="import-problems-file"),
]
