"""What tests of gatherings begin with: a tea this evening, people, who is on the list and what they said."""

from datetime import UTC, datetime, timedelta

from masslink.conftest import AT
from masslink.gatherings import acts, asking
from masslink.people.acts import add_person
from masslink.people.models import Deed

TODAY = AT.date()
THIS_EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def planned(someone, site, starts_at=THIS_EVENING, **more):
    said = {"title": "Tea", "kind": "event", "starts_at": starts_at, "site": site, **more}
    return acts.plan(by=someone.member, at=AT - timedelta(days=9), **said)


def people(someone, site, *names):
    return [add_person(by=someone.member, at=AT - timedelta(days=100), site=site, name=n) for n in names]


def listed(someone, gathering, *persons, answer=None):
    whom = dict.fromkeys(persons, someone.member)
    made = asking.put_on_list(by=someone.member, at=AT - timedelta(days=3), gathering=gathering, whom=whom)
    for ask in made if answer is not None else ():
        asking.note_answer(by=someone.member, at=AT - timedelta(days=2), ask=ask, answer=answer)
    return made


def came(gathering):
    return sorted(Deed.objects.filter(origin_id=gathering.pk).values_list("person__name", flat=True))
