"""Filters said in SQL are the same as depth and freshness said in Python."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masslink.conftest import AT, Someone
from masslink.people import links
from masslink.people.acts import add_person, leave_site
from masslink.people.filters import Filters
from masslink.people.models import Deed, Link, Person
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.act import act

TODAY = date(2026, 3, 2)
DAYS = st.integers(0, 800)
DEEDS = st.lists(st.tuples(st.sampled_from(links.DEED_KINDS), DAYS), max_size=7)
LINKS = st.none() | st.tuples(st.sampled_from([7, 14, 30, 365]), DAYS)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories=st.lists(st.tuples(DEEDS, LINKS), min_size=1, max_size=12))
def test_sql_and_python_agree(ana: Someone, site: Site, histories: list[tuple]) -> None:
    with ana.workspace.bound():
        expected = {_person(ana, site, deeds, link): (deeds, link) for deeds, link in histories}
        mine = Person.objects.filter(pk__in=list(expected))

        def shown(**chosen: str) -> set:
            return set(Filters(**chosen).persons(TODAY).filter(pk__in=mine).values_list("pk", flat=True))

        for place in ("", str(site.id)):
            for rung in range(6):
                fits = {id for id, (deeds, _) in expected.items() if _depth(deeds) == rung}
                assert shown(depth=str(rung), place=place) == fits
            for state in links.FRESHNESS_COMPARISONS:
                fits = {id for id, history in expected.items() if _freshness(*history) == state}
                assert shown(fresh=state, place=place) == fits


def _marks(deeds: list[tuple[str, int]]) -> list[tuple[str, date]]:
    return [(kind, TODAY - timedelta(days=ago)) for kind, ago in deeds]


def _depth(deeds: list[tuple[str, int]]) -> int:
    return links.depth_from_deeds(_marks(deeds), TODAY)


def _freshness(deeds: list[tuple[str, int]], link: tuple[int, int] | None) -> str:
    talks = [on for kind, on in _marks(deeds) if kind == links.TALKED]
    rhythm, since = link or (None, None)
    day = None if since is None else TODAY - timedelta(days=since)
    return links.freshness(max(talks, default=None), rhythm, TODAY, day).state


def _person(ana: Someone, site: Site, deeds: list[tuple[str, int]], link: tuple[int, int] | None) -> object:
    with act("made", at=AT):
        person = add_person(by=ana.member, at=AT, site=site, name="Somebody")
        for kind, on in _marks(deeds):
            Deed(circle=site.circle, person=person, deed_kind=kind, on=on, at=AT, by=ana.member).save()
        if link:
            since = TODAY - timedelta(days=link[1])
            Link(
                circle=site.circle, person=person, member=ana.member, since=since, rhythm_days=link[0]
            ).save()
    return person.id


def test_by_place_unit_and_shift(ana: Someone, site: Site, unit: Unit, shift: Shift, person: Person) -> None:
    with ana.workspace.bound():
        other = add_person(by=ana.member, at=AT, site=site, name="Elsewhere")
        place = str(site.id)
        assert list(Filters(place=place, unit=str(unit.id)).persons(TODAY)) == [person]
        assert list(Filters(place=place, shift=str(shift.id)).persons(TODAY)) == [person]
        assert set(Filters(place=place).persons(TODAY)) == {person, other}


def test_who_left_or_asked_not_to_be_contacted_is_off_the_list(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        gone = add_person(by=ana.member, at=AT, site=site, name="Gone")
        leave_site(by=ana.member, at=AT, person=gone, on=TODAY)
        add_person(by=ana.member, at=AT, site=site, name="Never", reach="not_at_all")
        assert list(Filters().persons(TODAY)) == []
        assert list(Filters(left="1").persons(TODAY)) == [gone]


@pytest.mark.parametrize("query", ["place=x&unit='&depth=9&fresh=none", "depth=-1", "unit=", "fresh=DUE"])
def test_what_makes_no_sense_is_left_out(query: str) -> None:
    assert Filters.read(QueryDict(query)) == Filters()
