"""Taking a list out: whom and what, harmless cells, a line in the history."""

import pytest
from django.urls import reverse

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.exchange.reading import read_table
from masslink.people.acts import add_person, leave_site
from masslink.people.models import Person
from masslink.vault import history
from masslink.vault.act import act

EVERYTHING = [
    "name",
    "nickname",
    "unit",
    "shift",
    "phone",
    "email",
    "reach",
    "since",
    "matters",
    "address",
    "birthday",
]


def take(someone, site, **changes):
    sent = {"site": str(site.pk), "fields_out": ["name", "phone"], "format": "csv", **changes}
    return someone.client.post(reverse("export"), sent)


def rows(answer):
    return read_table(answer.content).rows


@pytest.fixture
def people(ana, site, person):
    with ana.workspace.bound():
        log_talk(by=ana.member, at=AT, persons=[person], how="talked", words="the secret of the break room")
        add_person(
            by=ana.member, at=AT, site=site, name="=cmd|' /C calc'!A0", email="a@x.example", matters="@SUM(1)"
        )
        add_person(by=ana.member, at=AT, site=site, name="Zora Kaya", reach="not_at_all")
        gone = add_person(by=ana.member, at=AT, site=site, name="Left Long Ago")
        leave_site(by=ana.member, at=AT, person=gone, on=AT.date())


@pytest.mark.parametrize("format", ["csv", "xlsx", "vcf"])
def test_a_list_goes_out_as_an_attachment_with_a_neutral_name(ana, site, people, format):
    answer = take(ana, site, format=format)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="list.{format}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row[0] for row in rows(answer)] == ["=cmd|' /C calc'!A0", "Marisol R."]


def test_cells_that_would_be_formulas_are_harmless(ana, site, people):
    text = take(ana, site, fields_out=EVERYTHING).content.decode("utf-8-sig")
    assert "'=cmd" in text and "'@SUM" in text


def test_words_of_talks_and_those_who_want_no_contact_stay_here(ana, site, people):
    usual = take(ana, site, fields_out=EVERYTHING).content.decode()
    assert "secret" not in usual and "Zora" not in usual and "Left Long" not in usual
    assert "Zora Kaya" in take(ana, site, unreachable="on").content.decode()


def test_filters(ana, site, unit, people):
    assert [r[0] for r in rows(take(ana, site, unit=str(unit.pk)))] == ["Marisol R."]
    assert [r[0] for r in rows(take(ana, site, depth="0"))] == ["=cmd|' /C calc'!A0"]


def test_fields_that_do_not_exist_cannot_be_asked_for(ana, site, people):
    answer = take(ana, site, fields_out=["name", "deeds__words"])
    assert "Content-Disposition" not in answer.headers


def test_the_history_says_who_took_out_a_list_of_how_many(ana, ben, shared_site, people):
    take(ana, shared_site)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        last = history.recent(limit=1)[0]
    assert (last.kind, last.who, last.notes["people"], last.records) == (
        "list_taken_out", ana.workspace.holder, 2, [],
    )  # fmt: skip
    assert ana.client.get(reverse("history")).status_code == 200


def test_a_line_without_a_change_stays_in_its_circle(ana, ben, site):
    with ana.workspace.bound():
        with act("looked", at=AT, circles=[site.circle]):
            pass
        with act("nothing", at=AT):
            pass
        assert history.recent(limit=1)[0].kind == "looked"
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert "looked" not in [d.kind for d in history.recent()]


def test_what_goes_out_comes_in_again_as_known(ana, site, person):
    from masslink.exchange.tests.bringing import bring_in

    answer = take(ana, site, fields_out=["name", "unit", "shift", "phone", "email"])
    one = bring_in(ana, site, answer.content)
    assert (one.rows, one.known) == (1, 1)
    with ana.workspace.bound():
        assert Person.objects.count() == 1


def test_who_has_no_access_takes_nothing_out(ana, ben, cy, site, people):
    for stranger in (ben, cy):
        assert take(stranger, site).status_code == 404
