"""Corrections: what went wrong, what it cost, what we learned, what changes; whether it did; who pointed it out.

What happened is ours and stays; that a person pointed it out hangs on that person.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.ideas import told
from masslink.ideas.models import SHORT, Telling
from masslink.people.belongings import GONE, Belongs
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.models import ToDo
from masslink.vault.record import Record


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def kept(self) -> CorrectionQuerySet:
        """All but those that were written down by mistake."""
        return self.filter(dropped_at=None)

    def open(self) -> CorrectionQuerySet:
        """Nothing is agreed on yet; the oldest first."""
        return self.kept().filter(agreed_at=None, settled_at=None).order_by("at", "id")

    def agreed(self) -> CorrectionQuerySet:
        """Something is to change; the nearest day to look first."""
        found = self.kept().exclude(agreed_at=None).filter(settled_at=None)
        return found.order_by(models.F("look_on").asc(nulls_last=True), "at", "id")

    def to_look_at(self, today: date) -> CorrectionQuerySet:
        """The day has come to see whether it did change."""
        return self.agreed().filter(look_on__lte=today)

    def settled(self) -> CorrectionQuerySet:
        return self.kept().exclude(settled_at=None).order_by("-settled_at", "id")

    def to_carry_back(self) -> CorrectionQuerySet:
        """Something is agreed on, and somebody who pointed it out hasn't heard of it."""
        unheard = Pointed.objects.to_be_told().filter(correction=models.OuterRef("pk"))
        found = self.kept().exclude(agreed_at=None)
        return found.filter(models.Exists(unheard)).order_by("agreed_at", "id")


class Correction(Record):
    """Something we did, or left undone, and what it teaches us. About an act, not about whoever did it.

    Under `SELF` a member writes of their own. `proposal` is what whoever wrote it proposes; `learned` and `changes` are
    what came of talking about it.
    """

    kind = "correction"
    searched = ("fact", "effect", "proposal", "learned", "changes")

    class About(models.TextChoices):
        MISTAKE = "mistake", _("a mistake of ours")
        CRITICISM = "criticism", _("criticism")
        SELF = "self", _("self-criticism: my own")

    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="corrections")
    about = models.CharField(_("what it is"), max_length=9, choices=About, default=About.MISTAKE)
    fact = models.TextField()
    effect = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    changes = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    look_on = models.DateField(null=True, blank=True)
    to_do = models.UUIDField(null=True, blank=True)  # of whoever sees to it
    settled_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        return Truncator(" ".join(self.fact.split())).chars(SHORT)

    @property
    def is_own(self) -> bool:
        return self.about == self.About.SELF

    def may_be_changed_by(self, member: Member) -> bool:
        """Self-criticism is said by oneself alone."""
        return not self.is_own or self.by_id == member.pk

    def is_due(self, today: date) -> bool:
        return self.settled_at is None and self.look_on is not None and self.look_on <= today

    @property
    def seen_to(self) -> ToDo | None:
        """What somebody promised to do about it."""
        return ToDo.objects.select_related("member").filter(pk=self.to_do).first() if self.to_do else None


class Look(Record):
    """One day somebody looked whether it did change."""

    kind = "correction_look"
    searched = ("words",)

    class Did(models.TextChoices):
        CHANGED = "changed", _("it changed")
        PARTLY = "partly", _("partly")
        NOT = "not", _("it didn’t")

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="looks")
    did = models.CharField(max_length=8, choices=Did)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)


class PointedQuerySet(models.QuerySet["Pointed"]):
    def to_be_told(self) -> PointedQuerySet:
        """Something changes because of them, and nobody told them; who wants no contact isn't told."""
        heard = models.Q(told_at__gte=models.F("correction__agreed_at"))
        found = self.exclude(correction__agreed_at=None).filter(correction__dropped_at=None)
        return found.exclude(heard).exclude(person__reach=Person.Reach.NOT_AT_ALL)


class Pointed(Record):
    """A person pointed it out: it is carried back to them, with what changes. `told_at` is the latest time."""

    kind = "pointed_out"
    belongs = {
        "person": Belongs(
            label=_("Mistakes of ours they pointed out"),
            lines=told.pointed_lines,
            double=told.same_pointed,
            moved=GONE,
        )
    }

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="pointed")
    person = models.ForeignKey(Person, models.CASCADE, related_name="pointed")
    telling = models.CharField(max_length=8, choices=Telling, default=Telling.NO_NAME)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = PointedQuerySet.as_manager()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint("correction", "person", name="pointed_once")]

    def has_heard(self, correction: Correction) -> bool:
        """They were told what we agreed on last."""
        return bool(self.told_at and correction.agreed_at and self.told_at >= correction.agreed_at)
