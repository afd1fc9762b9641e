"""A site and its parts. All of it lives in the site's own circle."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.vault.record import Record
from masslink.vault.workspace import current


class Site(Record):
    """A workplace or a neighbourhood."""

    kind = "site"

    class Kind(models.TextChoices):
        WORKPLACE = "workplace", _("workplace")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood")

    site_kind = models.CharField(max_length=14, choices=Kind, default=Kind.WORKPLACE)
    name = models.CharField(max_length=80, db_collation="NOCASE")
    note = models.TextField(blank=True)
    opened_on = models.DateField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_workplace(self) -> bool:
        return self.site_kind == self.Kind.WORKPLACE

    def members(self) -> models.QuerySet[Member]:
        """Who works here: the members who hold this site's circle."""
        circle = current().circles.get(self.circle)
        return Member.objects.filter(holder__in=circle.holders if circle else [], left_on=None)


class Access(Record):
    """That a member works here, since when and by whom they were let in; for a while only where `until` is to come.

    What may be read follows from keys alone. Where this record and the circle's roster differ, something waits: a
    member with new keys to be let in again, or one whose time here is over.
    """

    kind = "access"

    site = models.ForeignKey(Site, models.CASCADE, related_name="accesses")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("since",)


class AccessWish(Record):
    """In the collective's circle: a member asks another for access to a place; which one, they say to each other."""

    kind = "access_wish"

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at",)


class Unit(Record):
    """A department, a building, a staircase."""

    kind = "unit"

    site = models.ForeignKey(Site, models.CASCADE, related_name="units")
    name = models.CharField(max_length=60, db_collation="NOCASE")
    place = models.IntegerField(default=0)

    class Meta:
        ordering = ("place", "name")
        constraints = [models.UniqueConstraint("site", "name", name="unit_once_per_site")]

    def __str__(self) -> str:
        return self.name


class Shift(Record):
    """Early, late, night; in a neighbourhood there is none."""

    kind = "shift"
    payload_version = 2
    lifts = {1: lambda fields: {**fields, "time": ""}}

    class Time(models.TextChoices):
        EARLY = "early", _("early")
        DAY = "day", _("by day")
        EVENING = "evening", _("in the evening")
        NIGHT = "night", _("at night")
        WEEKEND = "weekend", _("at the weekend")

    site = models.ForeignKey(Site, models.CASCADE, related_name="shifts")
    name = models.CharField(max_length=60, db_collation="NOCASE")
    time = models.CharField(max_length=8, choices=Time, blank=True)  # when its people are at work
    place = models.IntegerField(default=0)

    class Meta:
        ordering = ("place", "name")
        constraints = [models.UniqueConstraint("site", "name", name="shift_once_per_site")]

    def __str__(self) -> str:
        return self.name


class HeadCount(Record):
    """How many people there are in a unit, or in a unit on a shift, as far as somebody counted or was told."""

    kind = "head_count"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="head_counts")
    shift = models.ForeignKey(Shift, models.CASCADE, null=True, blank=True, related_name="head_counts")
    number = models.PositiveIntegerField()
    on = models.DateField()
