"""What this room offers to pages that mix rooms: to-dos as rows, with the day said as people say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.days import said
from masslink.tasks.models import ToDo, ToDoQuerySet


@dataclass(frozen=True)
class Row:
    """An open to-do on a list; see tasks/rows.html."""

    todo: ToDo
    today: date

    @property
    def when(self) -> str:
        day = said(self.todo.due, self.today)
        return _("since %(day)s") % {"day": day} if self.todo.due < self.today else day

    @property
    def is_urgent(self) -> bool:
        """Overdue, or due before one has slept twice."""
        return (self.todo.due - self.today).days <= 1


def rows(todos: Iterable[ToDo], today: date) -> list[Row]:
    return [Row(todo, today) for todo in todos]


def open_about(about: Person | Site, today: date, limit: int = 20) -> list[Row]:
    """Open to-dos with this person, or of this place without a person."""
    field = "person" if isinstance(about, Person) else "site"
    return rows(_open().filter(**{field: about})[:limit], today)


def _open() -> ToDoQuerySet:
    return ToDo.objects.with_about().open()
