"""No page lists the cautioned: with and without a caution, every page but the person's own says the same."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from masslink.conftest import AT, Someone
from masslink.core.pages import COORDINATOR, MEMBER
from masslink.exchange.taking_out import FIELDS, FORMATS, Wanted, take_out
from masslink.people.acts import add_person, record_deed
from masslink.people.cautions.acts import confirm_caution, note_caution
from masslink.people.cautions.models import Caution
from masslink.people.models import Person
from masslink.people.search import search
from masslink.sites.models import Shift, Site, Unit
from tests.test_doors import patterns

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = ("Heinzelmännchen at the gate", "Heinzelmännchen and football", "Heinzelmännchen at the printer")
# About this one person, and for whoever is about to talk with them.
THEIRS = {"person", "person-hand-on", "caution-new", "caution-renew", "caution-confirm", "talked"}
CHANGING = re.compile(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"|id_once|[0-9a-f-]{36}')


@pytest.fixture(autouse=True)
def todays_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT + timedelta(hours=1))
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


def pages(ana: Someone, ids: dict[str, Any]) -> dict[str, str]:
    """Every page that can be read, without what is drawn anew each time."""
    found = {}
    for pattern in patterns():
        needs, methods = pattern.callback.needs, pattern.callback.methods  # type: ignore[attr-defined]
        names = list(pattern.pattern.converters)
        if needs not in (MEMBER, COORDINATOR) or "GET" not in methods or set(names) - set(ids):
            continue
        addresses = [reverse(str(pattern.name), kwargs={name: ids[name] for name in names})]
        if "site_id" not in names:
            addresses += [f"{addresses[0]}?place={ids['site_id']}", f"{addresses[0]}?site={ids['site_id']}"]
        for address in addresses:
            answer = ana.client.get(address)
            if "text/html" in answer.headers.get("Content-Type", ""):
                found[f"{pattern.name} {address}"] = CHANGING.sub("", answer.content.decode())
    for who in ("Mar", WORDS[0][:14]):
        answer = ana.client.post(reverse("people-find"), {"q": who})
        found[f"people-find {who}"] = CHANGING.sub("", answer.content.decode())
    return found


def test_a_caution_changes_no_page_but_the_persons_own(
    ana: Someone, ben: Someone, shared_site: Site, unit: Unit, shift: Shift, person: Person
) -> None:
    by_at: dict[str, Any] = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        for n in range(5):
            add_person(**by_at, site=shared_site, name=f"Somebody {n}", unit=unit, shift=shift)
        record_deed(**by_at, person=person, kind="signed")
    ids = {"site_id": shared_site.pk, "unit_id": unit.pk, "shift_id": shift.pk, "person_id": person.pk}
    ids |= {"member_id": ben.member.pk}
    pages(ana, ids)
    before = pages(ana, ids)
    with ana.workspace.bound():
        said: dict[str, Any] = {"seen": WORDS[0], "safe": WORDS[1], "on": AT.date()}
        caution = note_caution(**by_at, person=person, **said)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        confirm_caution(by=ben.member, at=AT, caution=Caution.objects.get(), seen=WORDS[2])
    after = pages(ana, ids)
    different = {name for name in before | after if before.get(name) != after.get(name)}
    different = {
        name for name in different if not name.startswith("drill ")
    }  # counts all that lies on the disk
    of_one = {name for name in different if name.split()[0] in THEIRS}
    assert {name.split()[0] for name in of_one} >= {"person", "person-hand-on"}
    told = {name for name in different - of_one if name.split()[0] == "history"}
    assert different - of_one - told == set()
    for name in told:  # that something was noted, and not about whom
        new = after[name].replace(before[name][:400], "")
        assert after[name].count("Marisol") == before[name].count("Marisol") and "Heinzel" not in new
    assert len(before) > 40
    with ana.workspace.bound():
        assert caution.searched == () and not search("Heinzel", AT.date()).said


def test_no_list_that_goes_out_and_no_sheet_has_it(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
) -> None:
    with ana.workspace.bound():
        said: dict[str, Any] = {"seen": WORDS[0], "safe": WORDS[1], "on": AT.date()}
        note_caution(by=ana.member, at=AT, person=person, **said)
        for format, _label in FORMATS:
            wanted = Wanted(shared_site, tuple(FIELDS), format, unreachable=True)
            assert "Heinzel" not in str(take_out(by=ana.member, at=AT, today=AT.date(), wanted=wanted))
    with_one = ana.client.get(reverse("person-file", args=[person.pk])).content.decode()
    with ana.workspace.bound():
        other = add_person(by=ana.member, at=AT, site=shared_site, name="Somebody")
    without = ana.client.get(reverse("person-file", args=[other.pk])).content.decode()
    assert "Heinzel" not in with_one
    for page in (with_one, without):  # whether there is one can't be read from it
        assert "whether there is one or not" in page and page.count("<section") == with_one.count("<section")
