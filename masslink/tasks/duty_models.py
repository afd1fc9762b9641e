"""Duties, whose turn it is, who can't. They name members and neutral work; places only by the circle they lie in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.sites.models import Site
from masslink.tasks import rotation
from masslink.vault.circles import COLLECTIVE
from masslink.vault.record import Record
from masslink.vault.workspace import current

AT_MOST = 6  # of us for one turn


class DutyQuerySet(models.QuerySet["Duty"]):
    def going_on(self) -> DutyQuerySet:
        return self.filter(retired_on=None)


class Duty(Record):
    """Recurring work that nobody owns. Of one place, in its circle; without one of all of us."""

    kind = "duty"

    class Every(models.TextChoices):
        WEEK = rotation.WEEK, _("every week")
        FORTNIGHT = rotation.FORTNIGHT, _("every other week")
        MONTH = rotation.MONTH, _("every month")
        DAYS = "days", _("on single days")

    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="duties")
    name = models.CharField(_("what"), max_length=60)
    about = models.CharField(_("what belongs to it"), max_length=200, blank=True)
    every = models.CharField(_("how often"), max_length=9, choices=Every, default=Every.WEEK)
    first = models.DateField(_("the first day"))
    people = models.PositiveSmallIntegerField(_("how many of us"), default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    unloved_on = models.DateField(null=True, blank=True)  # since when we say that nobody likes it
    retired_on = models.DateField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.name

    @property
    def places(self) -> int:
        return min(max(1, self.people), AT_MOST)

    @property
    def repeats(self) -> bool:
        return self.every in (rotation.WEEK, rotation.FORTNIGHT, rotation.MONTH)

    def days(self, start: date, end: date) -> list[date]:
        """When it is to be done, from a day up to another; single days are named one by one."""
        return list(rotation.days(self.first, self.every, start, end)) if self.repeats else []

    def members(self) -> list[Member]:
        """Who shares it: all of us, or who has access to its place."""
        return sharers(self, Member.objects.filter(left_on=None))


def sharers(duty: Duty, members: Any) -> list[Member]:
    """Those of these members who can open what the duty lies in."""
    circle = current().circles.get(duty.circle)
    if circle is None:
        return []
    if circle.kind == COLLECTIVE:
        return list(members)
    return [member for member in members if member.holder in circle.holders]


class TurnQuerySet(models.QuerySet["Turn"]):
    def kept(self) -> TurnQuerySet:
        """All but those that fell out."""
        return self.filter(dropped_at=None)

    def going_on(self) -> TurnQuerySet:
        return self.kept().filter(duty__retired_on=None)

    def open(self) -> TurnQuerySet:
        return self.kept().filter(done_at=None)

    def of(self, member: Member) -> TurnQuerySet:
        return self.filter(member=member)


class Turn(Record):
    """One day of a duty and one of us. Nobody yet, where everybody who was asked can't.

    `member` is whose it is, and once it is done who did it; `instead_of` whose it was before.
    """

    kind = "turn"

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="turns")
    on = models.DateField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    instead_of = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        ordering = ("on", "agreed_at", "id")
        indexes = [models.Index("duty", "on", name="turn_day")]
        constraints = [
            models.UniqueConstraint(
                "duty", "on", "member", name="once_in_a_turn", condition=Q(dropped_at=None)
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


class CantDoQuerySet(models.QuerySet["CantDo"]):
    def not_over(self, day: date) -> CantDoQuerySet:
        return self.filter(Q(until=None) | Q(until__gt=day))


class CantDo(Record):
    """A member can't do a duty from a day on, up to the day `until`. Why is nobody's business."""

    kind = "cant_do"

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="cants")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = CantDoQuerySet.as_manager()

    class Meta:
        ordering = ("since",)
