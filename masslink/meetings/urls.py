"""Addresses of this room's pages."""

from django.urls import path

from masslink.meetings import (
    agenda_views,
    catching_views,
    item_views,
    minutes_views,
    names_out_views,
    running_views,
    template_views,
)

urlpatterns = [
    path("gatherings/<uuid:gathering_id>/agenda", agenda_views.agenda, name="agenda"),
    path("gatherings/<uuid:gathering_id>/agenda/order", agenda_views.order, name="agenda-order"),
    path("gatherings/<uuid:gathering_id>/agenda/templates", template_views.choose, name="agenda-templates"),
    path("gatherings/<uuid:gathering_id>/agenda/keep", template_views.keep, name="agenda-keep"),
    path(
        "gatherings/agenda/templates/<uuid:agenda_template_id>/drop",
        template_views.drop,
        name="agenda-template-drop",
    ),
    path("gatherings/<uuid:gathering_id>/agenda/new", item_views.new, name="agenda-item-new"),
    path("gatherings/agenda/<uuid:agenda_item_id>", item_views.item, name="agenda-item"),
    path("gatherings/agenda/<uuid:agenda_item_id>/off", item_views.off, name="agenda-item-off"),
    path("gatherings/agenda/<uuid:agenda_item_id>/rest", item_views.rest, name="agenda-item-rest"),
    path("gatherings/<uuid:gathering_id>/meeting", running_views.meeting, name="meeting"),
    path("gatherings/<uuid:gathering_id>/meeting/next", running_views.go_on, name="meeting-next"),
    path("gatherings/<uuid:gathering_id>/meeting/end", running_views.end, name="meeting-end"),
    path("gatherings/<uuid:gathering_id>/meeting/decided", catching_views.decided, name="meeting-decided"),
    path("gatherings/<uuid:gathering_id>/meeting/agreed", catching_views.agreed, name="meeting-agreed"),
    path("gatherings/<uuid:gathering_id>/meeting/raised", catching_views.raised, name="meeting-raised"),
    path("gatherings/<uuid:gathering_id>/minutes", minutes_views.minutes, name="minutes"),
    path("gatherings/<uuid:gathering_id>/minutes/adopt", minutes_views.adopt, name="minutes-adopt"),
    path("gatherings/<uuid:gathering_id>/minutes/correct", minutes_views.correct, name="minutes-correct"),
    path(
        "gatherings/<uuid:gathering_id>/minutes/black-out",
        names_out_views.black_out,
        name="minutes-black-out",
    ),
    path("gatherings/minutes", minutes_views.all_minutes, name="all-minutes"),
    path("gatherings/minutes/<uuid:minute_id>", minutes_views.minute, name="minute"),
    path("gatherings/minutes/<uuid:minute_id>/out", minutes_views.take_out, name="minute-out"),
]
