"""What tests of meetings begin with: a meeting this evening, one in a month, what stands on its agenda."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from masslink.conftest import AT
from masslink.gatherings import acts as gatherings
from masslink.meetings import acts
from masslink.meetings.models import AgendaItem, Minute

TODAY = AT.date()
THIS_EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
IN_A_MONTH = THIS_EVENING + timedelta(days=28)


def met(someone, site=None, starts_at=THIS_EVENING, **more):
    said = {"title": "All of us", "kind": "meeting", "starts_at": starts_at, "site": site, **more}
    return gatherings.plan(by=someone.member, at=AT - timedelta(days=9), **said)


def put_on(someone, gathering, *titles, **more):
    """Matters of their own, one after the other."""
    matters = [acts.Matter(title, belongs="", **more) for title in titles]
    return acts.take_up(by=someone.member, at=AT, gathering=gathering, matters=matters)


def url(gathering, *parts: Any) -> str:
    return "/".join(["/gatherings", str(gathering.pk), *map(str, parts)])


def note(words: str, item=None, **more: Any) -> dict[str, Any]:
    """What the meeting's page posts."""
    return {"once": str(uuid4()), "item": str(item.pk) if item else "", "words": words, **more}


def titles(gathering) -> list[str]:
    return [item.title for item in AgendaItem.objects.of(gathering)]


def written(gathering) -> list[str]:
    return list(
        Minute.objects.filter(gathering=gathering).order_by("at", "words").values_list("words", flat=True)
    )


def see(someone) -> None:
    with someone.workspace.bound():
        someone.workspace.catch_up()


def deciding(question=None, **more: Any) -> dict[str, Any]:
    """What the form of a decision posts: by consensus, today."""
    said = {"once": str(uuid4()), "how": "consensus", "on": "2026-03-02", "day": "none", "words": "By turns."}
    return {**said, "question": str(question.pk) if question else "", **more}


def items(someone, gathering) -> list[AgendaItem]:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return list(AgendaItem.objects.of(gathering))
