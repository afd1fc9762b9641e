"""What this room offers to pages that mix rooms: to-dos as rows, with the day said as people say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.pages import address
from masslink.people.models import Person
from masslink.tasks.days import said
from masslink.tasks.models import ToDo, ToDoQuerySet


@dataclass(frozen=True)
class Row:
    """An open to-do on a list; see tasks/rows.html."""

    todo: ToDo
    today: date
    about: str = ""  # whom or which place, in words
    to_see: UUID | None = None  # with whom it is

    @property
    def url(self) -> str:
        return address("todo", self.todo.pk)

    @property
    def done_url(self) -> str:
        return address("todo-done", self.todo.pk)

    @property
    def done_label(self) -> str:
        return _("Done: %(what)s") % {"what": self.todo.what}

    @property
    def when(self) -> str:
        day = said(self.todo.due, self.today)
        return _("since %(day)s") % {"day": day} if self.todo.due < self.today else day

    @property
    def is_urgent(self) -> bool:
        """Overdue, or due before one has slept twice."""
        return (self.todo.due - self.today).days <= 1


def rows(todos: Iterable[ToDo], today: date) -> list[Row]:
    return [Row(todo, today, str(todo.person or todo.site or "")) for todo in todos]


def due_by(day: date, member: Member, today: date, limit: int) -> list[Row]:
    """What a member promised up to a day, soonest first; of these to-dos only what a row shows is read."""
    found: Iterable[Any] = ToDo.objects.raw(
        """SELECT t.id, t.what, t.due, t.person_id, COALESCE(NULLIF(p.name, ''), p.nickname, s.name, '') AS about
        FROM masslink_todo t LEFT JOIN masslink_person p ON p.id = t.person_id
            LEFT JOIN masslink_site s ON s.id = t.site_id
        WHERE t.member_id = %s AND t.due <= %s AND t.done_at IS NULL AND t.dropped_at IS NULL
            AND COALESCE(p.reach, '') <> %s
        ORDER BY t.due, t.added_at LIMIT %s""",
        [member.pk.hex, day.isoformat(), Person.Reach.NOT_AT_ALL, limit],
    )
    return [Row(todo, today, todo.about, todo.person_id) for todo in found]


def _open() -> ToDoQuerySet:
    return ToDo.objects.with_about().open()
