"""What was wrong in a list's rows, said in sentences. Besides those of `rows`: what only a place can know."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from masslink.exchange.models import ImportRow
from masslink.exchange.rows import RowProblem
from masslink.exchange.wording import Translate, as_typed, fill, gettext_noop

OURS = {
    "part_gone": gettext_noop(
        "Row %(row)s: “%(value)s” was taken away from this place meanwhile. The row came in without it."
    ),
}


class PlaceProblem(RowProblem):
    """A problem of ours; the rest works as with all others."""

    def sentence(self, translate: Translate = as_typed) -> str:
        return fill(OURS[self.code], {"row": self.row_number, "value": self.value[:200]}, translate)


def problems_of(rows: Iterable[ImportRow]) -> Iterator[RowProblem]:
    for row in rows:
        for column, code, value, taken in row.problems:
            kind = PlaceProblem if code in OURS else RowProblem
            yield kind(row.number, column, code, value, taken)


def sentences(row: ImportRow) -> list[str]:
    """The problems of one row, each saying what was kept."""
    return [problem.sentence(_) for problem in problems_of([row])]
