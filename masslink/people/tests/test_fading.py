"""Fading: words go for good when their time is over, were shown before, and stay where somebody keeps them."""

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from masslink.conftest import AT, Someone
from masslink.core.clock import day_of
from masslink.people import fading, touch
from masslink.people.acts import add_person, record_deed, take_on
from masslink.people.fades import Change, Fades, Rule
from masslink.people.models import Deed, Person
from masslink.people.records import Kept
from masslink.people.search import search
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.models import Past
from masslink.vault.tests import reading
from masslink.vault.tests.databases import only_on_sqlite

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = day_of(AT)
LONG_AGO = AT - timedelta(days=600)
OLD_ENOUGH = AT - timedelta(days=560)


def say(someone: Someone, person: Person, words: str, at: datetime, noted: datetime | None = None) -> Deed:
    return record_deed(by=someone.member, at=noted or at, person=person, kind="talked", on_at=at, words=words)


# --- when ----------------------------------------------------------------------------------------


def test_what_is_shortened_counts_a_month_later_and_never_lengthens():
    rule = Rule("words", 548, changes=(Change(date(2026, 1, 1), 180), Change(date(2026, 1, 20), 9999)))
    assert rule.days_on(date(2025, 12, 31)) == 548
    assert rule.days_on(date(2026, 1, 31)) == 548  # taken back before it counted
    rule = Rule("words", 548, changes=(Change(date(2026, 1, 1), 180),))
    assert rule.days_on(date(2026, 1, 30)) == 548
    assert rule.days_on(date(2026, 1, 31)) == 180
    assert rule.coming(date(2026, 1, 2)) == (date(2026, 1, 31), 180)
    assert rule.fades_on(date(2025, 3, 1), date(2026, 1, 2)) == date(2026, 1, 31)
    assert rule.fades_on(date(2024, 7, 10), date(2026, 1, 2)) == date(2026, 1, 9)
    assert rule.fades_on(date(2020, 1, 1), date(2026, 1, 2)) == date(2026, 1, 2)


# --- shredding -----------------------------------------------------------------------------------


def test_words_over_their_time_are_nowhere_and_the_deed_and_its_date_stay(
    ana: Someone, ben: Someone, shared_site: Site, person: Person
):
    with ana.workspace.bound():
        old = say(ana, person, "Heinzelmännchen at the scanner", OLD_ENOUGH)
        new = say(ana, person, "Heinzelmännchen again", AT)
        with act("deed_recorded", at=AT):  # an image before with other words
            old.words += " twice"
            old.save()
        assert fading.fade_due(by=ana.member, at=AT) == 1
        old.refresh_from_db()
        assert (old.words, old.deed_kind, old.on) == ("", "talked", day_of(OLD_ENOUGH))
        assert search("heinzel", TODAY).said.keys() == {person.pk}
        assert "again" in search("heinzel", TODAY).said[person.pk]
        assert not search("scanner", TODAY).said
        assert not Past.objects.filter(id=old.pk).exists()
        assert Deed.objects.get(pk=new.pk).words == "Heinzelmännchen again"
        assert fading.fade_due(by=ana.member, at=AT) == 0
    with ben.workspace.bound():  # whoever had them open hasn't any more
        ben.workspace.catch_up()
        assert not search("scanner", TODAY).said
    reading.assert_agree(ana.workspace, ben.workspace)


def test_nothing_brings_faded_words_back(ana: Someone, person: Person):
    with ana.workspace.bound():
        old = say(ana, person, "a secret", OLD_ENOUGH)
        with act("deed_recorded", at=AT):
            Deed.objects.filter(pk=old.pk).update(words="a secret, said better")
        changed = history.recent(limit=1)[0]
        fading.fade_due(by=ana.member, at=AT)
        faded = history.recent(limit=1)[0]
        assert faded.kind == "faded"
        for done in (faded, changed):
            with pytest.raises(history.CantUndo):
                history.undo(done, at=AT)
        assert Deed.objects.get(pk=old.pk).words == ""


ON_DISK = """
import os, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1
call_command("migrate", verbosity=0)
from masslink.conftest import AT, found
from masslink.people.acts import add_person
from masslink.people.fading import fade_due
from masslink.people.tests.test_fading import OLD_ENOUGH, say
from masslink.sites.acts import open_site
from masslink.vault.act import act
from masslink.vault.models import Past, Row
ana = found("Ana")
with ana.workspace.bound():
    site = open_site(by=ana.member, at=AT, kind="workplace", name="Warehouse")
    old = say(ana, add_person(by=ana.member, at=AT, site=site, name="Rosa"), "first", OLD_ENOUGH)
    with act("deed_recorded", at=AT):
        old.words = "second"
        old.save()
    bodies = [bytes(r.body) for table in (Row, Past) for r in table.objects.filter(id=old.pk)]
    print(*(body[:64].hex() for body in bodies))
    if "fade" in sys.argv:
        assert fade_due(by=ana.member, at=AT) == 1
sys.stdout.flush()
os._exit(0)  # as after a crash: the write-ahead log stays
"""


@pytest.mark.parametrize("fade", [True, False])
@only_on_sqlite("PostgreSQL's journal and the gaps of its pages keep bytes for a while (docs/server.md)")
def test_the_disk_forgets_what_has_faded_and_the_images_before(tmp_path: Path, fade: bool):
    environment = {
        **os.environ,
        "MASSLINK_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "masslink.config.settings",
    }
    words = ["fade"] if fade else []
    done = subprocess.run(
        [sys.executable, "-c", ON_DISK, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    bodies = [bytes.fromhex(text) for text in done.stdout.split()]
    assert len(bodies) == 2
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [body in kept for body in bodies] == [not fade, not fade]


def test_some_hundred_at_once_and_the_rest_the_next_time(ana: Someone, person: Person, monkeypatch: Any):
    monkeypatch.setattr(fading, "AT_ONCE", 2)
    with ana.workspace.bound():
        for day in range(5):
            say(ana, person, f"words {day}", OLD_ENOUGH - timedelta(days=day))
        assert [fading.fade_due(by=ana.member, at=AT) for _ in range(4)] == [2, 2, 1, 0]
        assert not Deed.objects.filter(words__gt="").exists()


def test_fading_leaves_forms_that_are_open_elsewhere_alone(ana: Someone, person: Person):
    with ana.workspace.bound():
        say(ana, person, "a secret", OLD_ENOUGH)
    address = f"/people/{person.pk}/edit"
    page = ana.client.get(address).content.decode()
    with ana.workspace.bound():
        assert fading.fade_due(by=ana.member, at=AT) == 1
        assert f'value="{Person.objects.get(pk=person.pk).version}"' in page
    sent = ana.client.post(address, {"name": "Marisol", "site": person.site_id, "version": person.version})
    assert sent.status_code == 302


# --- keeping -------------------------------------------------------------------------------------


def test_what_fades_this_month_is_shown_with_its_words_and_can_be_kept(ana: Someone, person: Person):
    soon = AT - timedelta(days=548 - 20)
    with ana.workspace.bound():
        old = say(ana, person, "The break is too short", soon)
        say(ana, person, "A year ago", AT - timedelta(days=365))
        (one,) = fading.soon(TODAY)
        assert (one.record.pk, one.fades_on) == (old.pk, TODAY + timedelta(days=20))
        assert fading.keep_words(by=ana.member, at=AT, person=person, ids=[old.pk])
        assert not list(fading.soon(TODAY))
        later = AT + timedelta(days=500)
        fading.fade_due(by=ana.member, at=later)
        assert Deed.objects.get(pk=old.pk).words == "The break is too short"
        fading.fade_due(by=ana.member, at=AT + timedelta(days=548))
        assert Deed.objects.get(pk=old.pk).words == ""
        assert not Kept.objects.exists()


def test_a_talk_of_long_ago_that_is_noted_today_isnt_lost_tomorrow(ana: Someone, person: Person):
    with ana.workspace.bound():
        late = say(ana, person, "What she told me two years ago", AT - timedelta(days=700), noted=AT)
        assert fading.fade_due(by=ana.member, at=AT + timedelta(days=1)) == 0
        assert Deed.objects.get(pk=late.pk).words


def test_a_collective_that_shortens_sees_first_what_goes(ana: Someone, person: Person):
    with ana.workspace.bound():
        say(ana, person, "Half a year ago", AT - timedelta(days=200))
        fading.change(by=ana.member, at=AT, setting="words", days=180)
        (one,) = fading.soon(TODAY)
        assert one.fades_on == TODAY + timedelta(days=30)
        assert fading.fade_due(by=ana.member, at=AT + timedelta(days=29)) == 0
        assert fading.fade_due(by=ana.member, at=AT + timedelta(days=30)) == 1


# --- out of touch --------------------------------------------------------------------------------


def quiet(rule: str = fading.OUT_OF_TOUCH) -> set[Any]:
    return {one.person for one in touch.out_of_touch(fading.rules()[rule], TODAY)}


def test_out_of_touch_are_those_we_knew_and_an_import_only_a_number(ana: Someone, site: Site):
    def add(name: str, **fields: Any) -> Person:
        return add_person(by=ana.member, at=LONG_AGO, site=site, name=name, **fields)

    with ana.workspace.bound():
        with act("people_added", at=LONG_AGO):
            lost, kept, met, came, not_at_all = (add(n) for n in ("Lo", "Kim", "Met", "Cam", "No"))
            tried, taken_on = add("Tried"), add("Taken on")
            [add(f"Listed {n}") for n in range(3)]
            add("No list", reach="not_at_all")
        with act("talked", at=AT):
            for person in (lost, kept, met, not_at_all, tried):
                say(ana, person, "", LONG_AGO)
            say(ana, met, "", AT - timedelta(days=300))
            for person, kind in ((came, "came"), (tried, "tried")):
                record_deed(by=ana.member, at=AT, person=person, kind=kind)
            Person.objects.filter(pk=not_at_all.pk).update(reach="not_at_all")
        take_on(by=ana.member, at=AT, person=taken_on, member=ana.member, rhythm_days=14)
        assert quiet() == {lost.pk, kept.pk, tried.pk}
        assert touch.unmet(fading.rules()[fading.OUT_OF_TOUCH], TODAY) == {site.pk: 3}
        assert touch.news(AT) == touch.News(talks=0, people=3)
        fading.keep_person(by=ana.member, at=AT, person=kept, why="She is in the hospital")
        fading.keep_unmet(by=ana.member, at=AT, site=site, why="They are the night shift")
        assert quiet() == {lost.pk, tried.pk}
        assert touch.news(AT).people == 2
        assert not touch.unmet(fading.rules()[fading.OUT_OF_TOUCH], TODAY)
        next_year = TODAY + timedelta(days=365)
        assert touch.is_out_of_touch(fading.rules()[fading.OUT_OF_TOUCH], next_year, kept)


def test_a_fresh_list_bothers_nobody(ana: Someone, site: Site):
    with ana.workspace.bound(), act("people_added", at=AT):
        for n in range(200):
            add_person(by=ana.member, at=AT, site=site, name=f"Listed {n}")
    with ana.workspace.bound():
        assert touch.news(AT) == touch.News(0, 0)
        assert not touch.unmet(fading.rules()[fading.OUT_OF_TOUCH], TODAY)


def test_a_model_that_says_what_fades_needs_nothing_else(ana: Someone, person: Person, monkeypatch: Any):
    """Views of a person will go as a whole after half a year, and what they came to is counted before."""
    counted: list[Any] = []
    views = Fades("views", 180, "Views", since="on", renewable=False, let_go=counted.extend)
    monkeypatch.setattr(Deed, "fades", views)
    with ana.workspace.bound():
        old = say(ana, person, "a view", AT - timedelta(days=180))
        new = say(ana, person, "a view", AT - timedelta(days=179))
        assert not list(fading.soon(TODAY))
        assert fading.fade_due(by=ana.member, at=AT) == 1
        assert [record.pk for record in counted] == [old.pk]
        assert [deed.pk for deed in Deed.objects.all()] == [new.pk]
        assert not Past.objects.filter(id=old.pk).exists()
    page = ana.client.get("/us/fading/change").content.decode()
    assert "Views" in page
    assert 'name="views" value="180"' in page
    assert 'name="views" value="270"' not in page


def test_the_page_says_of_each_thing_whether_it_can_be_kept(ana: Someone):
    rows = {row["rule"].setting: row["can_be_kept"] for row in ana.client.get("/us/fading").context["rows"]}
    assert rows["words"] and rows["ideas"]
    assert not rows["cautions"] and not rows["assessments"] and not rows["asks"]
