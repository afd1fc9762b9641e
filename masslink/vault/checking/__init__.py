"""Checking a ledger: without keys its shape, with keys every row, line, image, file, roster and grant.

What nobody without a circle's key can forge is sealed in its rows: where each belongs and at which version. What
they can do is leave out and put back. Against that stands the history, whose lines name every record they wrote and
the line they came after. What nothing finds here: a whole circle put back to what it once was, its last lines and
all; known devices remember how far a ledger had come.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections

from masslink.vault import backup
from masslink.vault.checking import access, structure
from masslink.vault.checking.access import Insider
from masslink.vault.checking.contents import CircleCheck, Live
from masslink.vault.checking.findings import Finding
from masslink.vault.circles import COLLECTIVE
from masslink.vault.rosters import Circle


@dataclass
class Report:
    """What was found, and how much was looked into."""

    findings: list[Finding] = field(default_factory=list)
    circles: int = 0  # looked into
    shut: int = 0  # there, and not looked into
    opened: Counter[str] = field(default_factory=Counter)  # rows that were opened, by table

    def note(self, finding: Finding) -> None:
        if finding not in self.findings[-20:]:  # one file may lack many pieces: said once
            self.findings.append(finding)


def check(insiders: Sequence[Insider] = ()) -> Report:
    """Look through the ledger as it is at one moment; people may go on writing."""
    report = Report()
    with backup.one_moment():
        for finding in structure.find():
            report.note(finding)
        for collective in {insider.collective for insider in insiders}:
            ours = [insider for insider in insiders if insider.collective == collective]
            _check_collective(collective, ours, report)
        report.shut = _all_circles() - report.circles
    return report


def _check_collective(collective: UUID, insiders: list[Insider], report: Report) -> None:
    opened = access.open_all(insiders)
    for finding in access.find(collective, insiders, opened):
        report.note(finding)
    ours: Live | None = None
    for circle in sorted(opened.values(), key=_collectives_first):
        found = CircleCheck(collective, circle, report.note, set() if circle.kind == COLLECTIVE else ours)
        found.run()
        if circle.kind == COLLECTIVE:
            ours = found.live
        report.opened.update(found.counts)
    report.circles += len(opened)


def _collectives_first(circle: Circle) -> bool:
    return circle.kind != COLLECTIVE


def _all_circles() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM (SELECT DISTINCT collective_id, circle FROM vault_roster) c")
        return int(cursor.fetchone()[0])


__all__ = ["Finding", "Insider", "Report", "check"]
