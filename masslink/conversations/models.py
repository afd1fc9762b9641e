"""Observations. Talks are deeds: see people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.sites.models import Site, Unit
from masslink.vault.record import Record


class Observation(Record):
    """Something that happened at a place."""

    kind = "observation"
    searched = ("what",)

    site = models.ForeignKey(Site, models.CASCADE, related_name="observations")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    what = models.TextField(_("what happened"))
    why = models.TextField(_("why we think so"), blank=True)
    follows = models.TextField(_("what follows"), blank=True)

    class Meta:
        ordering = ("-at",)
