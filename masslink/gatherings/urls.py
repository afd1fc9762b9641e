"""Addresses of this room's pages."""

from django.urls import path

from masslink.gatherings import after_views, ask_views, came_views, role_views, views

urlpatterns = [
    path("gatherings", views.gatherings, name="gatherings"),
    path("gatherings/new", views.new, name="gathering-new"),
    path("gatherings/<uuid:gathering_id>", views.gathering, name="gathering"),
    path("gatherings/<uuid:gathering_id>/edit", views.edit, name="gathering-edit"),
    path("gatherings/<uuid:gathering_id>/cancel", views.cancel, name="gathering-cancel"),
    path("gatherings/<uuid:gathering_id>/after-all", views.after_all, name="gathering-after-all"),
    path("gatherings/<uuid:gathering_id>/drop", views.drop, name="gathering-drop"),
    path("gatherings/<uuid:gathering_id>/drop-all", views.drop_all, name="gathering-drop-all"),
    path("gatherings/<uuid:gathering_id>/last", views.last, name="gathering-last"),
    path("gatherings/<uuid:gathering_id>/coming", ask_views.coming, name="gathering-coming"),
    path("gatherings/<uuid:gathering_id>/ask", ask_views.share, name="gathering-ask"),
    path("gatherings/<uuid:gathering_id>/tap", ask_views.tap, name="gathering-tap"),
    path("gatherings/asks/<uuid:ask_id>", ask_views.ask, name="ask"),
    path("gatherings/asks/<uuid:ask_id>/drop", ask_views.drop, name="ask-drop"),
    path("gatherings/<uuid:gathering_id>/came", came_views.came, name="gathering-came"),
    path("gatherings/<uuid:gathering_id>/tick", came_views.tick, name="gathering-tick"),
    path("gatherings/<uuid:gathering_id>/sheet", came_views.sheet, name="gathering-sheet"),
    path("gatherings/<uuid:gathering_id>/follow-up", after_views.follow_up, name="gathering-follow-up"),
    path("gatherings/<uuid:gathering_id>/roles/new", role_views.new, name="role-new"),
    path("gatherings/roles/<uuid:gathering_role_id>", role_views.role, name="role"),
    path("gatherings/roles/<uuid:gathering_role_id>/remove", role_views.take_away, name="role-remove"),
]
