"""Observations. Talks are deeds: see people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.sites.models import Site, Unit
from masslink.vault.record import Record


class Observation(Record):
    """Something that happened at a place."""

    kind = "observation"
    payload_version = 2
    lifts = {1: lambda fields: {**fields, "divides": "", "tried": ""}}
    searched = ("what", "why", "follows", "tried")

    class Divides(models.TextChoices):
        LANGUAGE = "language", _("language")
        CONTRACT = "contract", _("agency and permanent")
        SHIFT = "shift", _("shift")
        SENIORITY = "seniority", _("seniority")
        CHAUVINISM = "chauvinism", _("chauvinism: what was done or said")
        OTHER = "other", _("something else")

    site = models.ForeignKey(Site, models.CASCADE, related_name="observations")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    what = models.TextField(_("what happened"))
    why = models.TextField(_("why we think so"), blank=True)
    follows = models.TextField(_("what follows"), blank=True)
    divides = models.CharField(_("what it divides people by"), max_length=12, choices=Divides, blank=True)
    tried = models.TextField(_("what we tried, and what came of it"), blank=True)

    class Meta:
        ordering = ("-at",)
        indexes = [
            models.Index("site", "divides", name="observation_divides", condition=~models.Q(divides=""))
        ]
