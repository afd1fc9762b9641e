"""Search: found as people type, whatever they type."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masslink.conftest import AT, Someone
from masslink.people.acts import add_person, edit_person, leave_site, record_deed
from masslink.people.models import Person
from masslink.people.search import search
from masslink.sites.models import Site

TODAY = date(2026, 3, 2)


@pytest.fixture
def people(ana: Someone, site: Site) -> dict[str, Person]:
    with ana.workspace.bound():
        made = {
            "tomas": add_person(by=ana.member, at=AT, site=site, name="Tomás Núñez", phone="+1 202-555-0147"),
            "rosa": add_person(by=ana.member, at=AT, site=site, name="Rosa D.", nickname="Shorty"),
            "left": add_person(by=ana.member, at=AT, site=site, name="Rosa Gone"),
            "never": add_person(by=ana.member, at=AT, site=site, name="Rosario", reach="not_at_all"),
        }
        leave_site(by=ana.member, at=AT, person=made["left"], on=TODAY)
        words = "They <b>cut</b> the break again & nobody spoke"
        record_deed(by=ana.member, at=AT, person=made["rosa"], kind="talked", words=words)
    return made


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("tomas", "tomas"),
        ("TOMÁS nunez", "tomas"),
        ("nuñ", "tomas"),
        ("shorty", "rosa"),
        ("short", "rosa"),
        ("202 555 0147", "tomas"),
        ("(202) 555-0147", "tomas"),
        ("+1 202 555 0147", "tomas"),
        ("0012025550147", "tomas"),
        ("202.555", "tomas"),
        ("555 0147", "tomas"),
        ("0147", "tomas"),
    ],
)
def test_finds_by_name_nickname_and_phone(
    ana: Someone, people: dict[str, Person], typed: str, who: str
) -> None:
    with ana.workspace.bound():
        assert search(typed, TODAY).persons == [people[who].id]


def test_finds_words_of_talks_and_shows_them_escaped(ana: Someone, people: dict[str, Person]) -> None:
    with ana.workspace.bound():
        found = search("break nob", TODAY)
    assert found.persons == []
    said = found.said[people["rosa"].id]
    assert "<b>break</b>" in said and "<b>nobody</b>" in said
    assert "&lt;b&gt;cut&lt;/b&gt;" in said and "&amp;" in said


def test_who_left_is_found_when_asked_for(ana: Someone, people: dict[str, Person]) -> None:
    with ana.workspace.bound():
        assert search("rosa", TODAY).persons == [people["rosa"].id]
        assert people["left"].id in search("rosa", TODAY, left_too=True).persons


def test_who_asked_not_to_be_contacted_is_found_by_the_whole_name_only(
    ana: Someone, people: dict[str, Person]
) -> None:
    with ana.workspace.bound():
        assert people["never"].id not in search("rosari", TODAY).persons
        assert search("rosario", TODAY).persons == [people["never"].id]


def test_a_changed_name_is_found_by_the_new_one(ana: Someone, people: dict[str, Person]) -> None:
    with ana.workspace.bound():
        edit_person(
            by=ana.member, at=AT, person=people["rosa"], name="Roza", phone="030 123456 / 0170 9876543"
        )
        assert search("roza", TODAY).persons == [people["rosa"].id]
        assert search("9876543", TODAY).persons == [people["rosa"].id]
        assert search("Rosa D", TODAY).persons == []


ODD = ["", " ", '"', '""', "*", "a*", "(", "NEAR(a b)", "name:rosa", "-rosa", "a AND OR", "{x}", "^a", "😀"]
ODD += ["\0", "rosa\0*", "'; DROP TABLE x", "x" * 5000, '"' * 5000, "a " * 2500, "١٢٣", "²³¹", "%", "_", "\\"]


@pytest.mark.parametrize("typed", ODD)
def test_odd_input_is_no_error(ana: Someone, people: dict[str, Person], typed: str) -> None:
    with ana.workspace.bound():
        search(typed, TODAY)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=st.text(max_size=30))
def test_nothing_that_can_be_typed_is_an_error(ana: Someone, people: dict[str, Person], typed: str) -> None:
    with ana.workspace.bound():
        search(typed, TODAY)
