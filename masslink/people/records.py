"""Records beside persons: how long things stay and what was kept, two entries made one, two that look alike.

They live in the circle of the person's site; only how long things stay is the whole collective's.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import GONE, Belongs, Line
from masslink.people.models import Person
from masslink.vault.record import Record


class FadesAfter(Record):
    """The collective decided that something fades sooner than usual; the latest word about it counts."""

    kind = "fades_after"

    setting = models.CharField(max_length=24)
    days = models.PositiveSmallIntegerField()
    on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)


def _kept_lines(kept: models.QuerySet[Any]) -> Iterable[Line]:
    for one in kept.select_related("by").order_by("on"):
        text = gettext("Words of a talk were kept") if one.of_id else gettext("Kept on our lists")
        note = gettext("Kept by %(name)s.") % {"name": one.by.name}
        yield Line(text=text, on=one.on, note=f"{note} {one.why}".strip())


class Kept(Record):
    """Somebody kept what would have faded: a record of a person; the person; everybody at a place not met yet."""

    kind = "kept"
    belongs = {"person": Belongs(label=_("What was kept longer"), lines=_kept_lines)}

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="kept")
    of_kind = models.CharField(max_length=24, blank=True)
    of_id = models.UUIDField(null=True, blank=True, db_index=True)
    on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        ordering = ("on",)


def _merged_lines(merged: models.QuerySet[Any]) -> Iterable[Line]:
    for one in merged.select_related("by").order_by("at"):
        shown = ", ".join(str(text) for name, text in one.said if text)
        text = gettext("Two entries became one; the other said: %(text)s") % {"text": shown}
        yield Line(text=text, on=day_of(one.at), note=gettext("By %(name)s.") % {"name": one.by.name})


class MergedQuerySet(models.QuerySet["Merged"]):
    def now(self, id: UUID | str) -> UUID | None:
        """As whom somebody stands in our lists whose own entry was joined with another."""
        try:
            found: UUID | None = self.filter(was=id).values_list("person_id", flat=True).first()
        except ValidationError:
            return None
        return found


class Merged(Record):
    """Two entries turned out to be one person: what the other said, and what came over from it."""

    kind = "merged"
    belongs = {
        "person": Belongs(
            label=_("Entries that were joined"),
            lines=_merged_lines,
            also=lambda merged: [merged.was],
            called=lambda merged: [merged.fields.get("name", "")],
        )
    }

    SAID = ("name", "nickname", "phone", "email", "languages", "matters", "address", "birthday")

    person = models.ForeignKey(Person, models.CASCADE, related_name="merged")
    was = models.UUIDField()  # the other's id
    payload = models.IntegerField()  # in which version `fields` are
    fields = models.JSONField(default=dict)  # the other's columns as they were stored
    taken = models.JSONField(default=dict)  # what this person got by it: column to [before, after]
    moved = models.JSONField(default=list)  # [kind, field, id] of what came over
    dropped = models.JSONField(default=list)  # [kind, payload version, field, columns] of what both had
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    objects = MergedQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return str(self.fields.get("name") or self.fields.get("nickname") or "")

    @property
    def said(self) -> list[tuple[str, Any]]:
        return [(name, self.fields.get(name)) for name in self.SAID]


def _apart_lines(apart: models.QuerySet[Any]) -> Iterable[Line]:
    for one in apart.select_related("by").order_by("at"):
        text = gettext("Noted: they are not the same person as another entry")
        yield Line(text=text, on=day_of(one.at), note=gettext("By %(name)s.") % {"name": one.by.name})


def _same_two(going: "Apart", staying: "Apart") -> bool:
    return going.two == staying.two


class Apart(Record):
    """Two entries look alike and are two people: nobody needs to ask again."""

    kind = "apart"
    belongs = {
        field: Belongs(
            label=_("Others who look alike"), lines=_apart_lines, double=_same_two, moved=GONE, also=also
        )
        for field, also in (
            ("person", lambda apart: ()),
            ("other", lambda apart: [apart.was] if apart.was else ()),
        )
    }

    person = models.ForeignKey(Person, models.CASCADE, related_name="apart")
    other = models.ForeignKey(Person, models.CASCADE, related_name="apart_too")
    was = models.UUIDField(null=True)  # the id that `other` had before the two were one entry for a while
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    @property
    def two(self) -> frozenset[UUID]:
        return frozenset((self.person_id, self.other_id))
