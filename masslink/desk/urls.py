"""Addresses of this room's pages."""

from django.urls import path

from masslink.desk import (
    admitting,
    history,
    leaving,
    member,
    names,
    people,
    person,
    places,
    recovering,
    today,
    us,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("people", people.people, name="people"),
    path("people/find", people.find, name="people-find"),
    path("people/<uuid:person_id>", person.person, name="person"),
    path("people/<uuid:person_id>/hand-on", person.hand_on, name="person-hand-on"),
    path("places", places.places, name="places"),
    path("places/<uuid:site_id>", places.place, name="place"),
    path("places/<uuid:site_id>/names", names.names, name="names"),
    path("places/<uuid:site_id>/units/<uuid:unit_id>/remove", places.remove_unit, name="unit-remove"),
    path("places/<uuid:site_id>/shifts/<uuid:shift_id>/remove", places.remove_shift, name="shift-remove"),
    path("recover", recovering.recover, name="recover"),
    path("us", us.us, name="us"),
    path("us/members", us.members, name="members"),
    path("us/members/<uuid:member_id>", member.member, name="member"),
    path("us/members/<uuid:member_id>/role", member.role, name="member-role"),
    path("us/members/<uuid:member_id>/hand-over", member.take_over, name="member-hand-over"),
    path("us/members/<uuid:member_id>/leave", leaving.leave, name="member-leave"),
    path("farewell", leaving.farewell, name="farewell"),
    path("us/members/invited/<uuid:invitation_id>/confirm", admitting.confirm, name="invitation-confirm"),
    path("us/history", history.acts, name="history"),
    path("us/undo/<uuid:act_id>", history.undo, name="undo"),
]
