"""Addresses of this room's pages."""

from django.urls import path

from masslink.collective import (
    away_views,
    device_views,
    founding_views,
    inviting_views,
    joining_views,
    note_views,
    phone,
    recovery,
    rehearsing,
    resealing_views,
    restored_views,
    views,
    words_views,
)

urlpatterns = [
    path("found", founding_views.found, name="found"),
    path("join", joining_views.join, name="join"),
    path("waiting", joining_views.waiting, name="waiting"),
    path("unlock", views.unlock, name="unlock"),
    path("pin", views.pin, name="pin"),
    path("older", views.older, name="older"),
    path("lock", views.lock, name="lock"),
    path("restored", restored_views.restored, name="restored"),
    path("page", views.hide, name="hide"),
    path("language", views.language, name="language"),
    path("lost-words", words_views.lost_words, name="lost-words"),
    path("notes", note_views.notes, name="notes"),
    path("notes/<uuid:note_id>/delete", note_views.delete, name="note-delete"),
    path("us/new-words", words_views.new_words, name="new-words"),
    path("us/members/invite", inviting_views.invite, name="invite"),
    path("us/members/invited", inviting_views.invitations, name="invitations"),
    path(
        "us/members/invited/<uuid:invitation_id>/decline", inviting_views.decline, name="invitation-decline"
    ),
    path("us/members/<uuid:member_id>/new-keys", inviting_views.new_keys, name="new-keys"),
    path("us/protected", views.protected, name="protected"),
    path("us/drill", rehearsing.rehearse, name="drill"),
    path("us/kit", recovery.kit, name="kit"),
    path("us/kit/sheet", recovery.sheet, name="kit-sheet"),
    path("us/kit/sheet.pdf", recovery.sheet_file, name="kit-sheet-file"),
    path("us/kit/check", recovery.check, name="kit-check"),
    path("us/kit/<uuid:kit_id>/vouch", recovery.vouch, name="kit-vouch"),
    path("us/kit/<uuid:kit_id>/give-up", recovery.retire, name="kit-retire"),
    path("us/devices", device_views.devices, name="devices"),
    path("us/devices/others", device_views.end_others, name="sessions-end"),
    path("us/devices/<uuid:device_id>/end", device_views.end, name="device-end"),
    path("us/members/<uuid:member_id>/away", away_views.away, name="member-away"),
    path("us/new-keys-in-use", resealing_views.in_use, name="resealing"),
    path("us/alarm", device_views.alarm, name="alarm"),
    path("us/this-phone", phone.this_phone, name="this-phone"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("server", phone.server, name="server"),
]
