"""To-dos."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.people.belongings import Belongs, Line, Move
from masslink.people.models import Deed, Person
from masslink.sites.models import Site
from masslink.vault.record import Record, Ref


class ToDoQuerySet(models.QuerySet["ToDo"]):
    def open(self) -> "ToDoQuerySet":
        return self.filter(done_at=None, dropped_at=None)

    def of(self, member: Member) -> "ToDoQuerySet":
        return self.filter(member=member)

    def listed(self) -> "ToDoQuerySet":
        """All but those with people who asked not to be contacted at all."""
        return self.exclude(person__reach=Person.Reach.NOT_AT_ALL)

    def with_about(self) -> "ToDoQuerySet":
        """Together with the person or place they are about, and who does them."""
        return self.select_related("person__unit", "person__shift", "site", "member")


def _lines(to_dos: models.QuerySet[Any]) -> Iterable[Line]:
    for todo in to_dos.select_related("member").order_by("due", "added_at"):
        by = gettext("%(name)s, by %(day)s.") % {
            "name": todo.member.name,
            "day": date_format(todo.due, "j M Y"),
        }
        notes = [by]
        if todo.done_at:
            notes.append(gettext("Done."))
        if todo.dropped_at or todo.dropped_why:
            notes.append(gettext("Let go: %(why)s") % {"why": todo.dropped_why or "–"})
        yield Line(text=todo.what, on=day_of(todo.added_at), note=" ".join(notes))


def _go_along(todo: "ToDo", move: Move) -> None:
    """To the new place. What somebody promised who isn't there falls to whoever moves the person."""
    todo.site = move.person.site if todo.site_id else None
    if todo.origin_kind != Deed.kind:
        todo.origin_kind, todo.origin_id = "", None
    if todo.is_open and todo.member_id not in move.members:
        todo.member = move.by


def _let_go(todo: "ToDo", at: datetime) -> bool:
    """They asked not to be contacted: nobody owes them a talk any more."""
    if not todo.is_open:
        return False
    todo.dropped_at, todo.dropped_why = at, gettext("They asked not to be contacted.")
    return True


class ToDo(Record):
    """What a member promised to do by a day. Open until it is done, or let go with a reason."""

    kind = "to_do"
    searched = ("what", "dropped_why")
    belongs = {"person": Belongs(label=_("What was promised"), lines=_lines, adapt=_go_along, ends=_let_go)}

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="to_dos")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="to_dos")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=200)
    due = models.DateField(_("by when"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.CharField(_("why"), max_length=200, blank=True)
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)

    objects = ToDoQuerySet.as_manager()

    class Meta:
        ordering = ("due", "added_at")
        indexes = [
            models.Index(
                "member", "due", name="to_do_open", condition=models.Q(done_at=None, dropped_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None
