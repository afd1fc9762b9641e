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

    site = models.ForeignKey(Site, models.CASCADE, related_name="shifts")
    name = models.CharField(max_length=60, db_collation="NOCASE")
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
