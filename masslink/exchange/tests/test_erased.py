"""Whoever asked to be erased isn't brought back by a list: it asks, and leaving out is the usual answer."""

from django.urls import reverse

from masslink.conftest import AT, Someone
from masslink.exchange import acts
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.tests.bringing import adds_up, bring_in, known_rosa, take_back
from masslink.people.erasing import erase_person
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.sites.acts import give_access, open_site
from masslink.sites.models import Site
from masslink.vault.models import Past
from masslink.vault.workspace import current

LIST = b'Name,Phone\n"LIMA, Rosa",202 555 0101\nOmar Haddad,202 555 0102\nIna Weber,202 555 0103\n'


def erased(ana: Someone, site: Site) -> None:
    with ana.workspace.bound():
        erase_person(by=ana.member, at=AT, person=Person.objects.get(name="Rosa Lima"))


def names(someone: Someone) -> list[str]:
    with someone.workspace.bound():
        return list(Person.objects.values_list("name", flat=True))


def test_a_row_of_that_name_waits_and_leaving_out_shreds_it(ana: Someone, site: Site) -> None:
    known_rosa(ana, site)
    erased(ana, site)
    one = bring_in(ana, site, LIST)
    assert (one.added, one.waiting) == (2, 1) and adds_up(one)
    assert names(ana) == ["Ina Weber", "Omar Haddad"]
    url = reverse("import-waiting", args=[one.pk])
    page = ana.client.get(url).content.decode()
    assert "asked to be erased. Or it is a coincidence" in page and page.index("Leave them out") < page.index(
        "Bring them in"
    )
    with ana.workspace.bound():
        row = ImportRow.objects.get(state="waiting")
    answer = ana.client.post(url, {"all": "other", "shown": []})
    answer = ana.client.post(url, {"out": row.pk.hex})
    assert answer.status_code == 302
    with ana.workspace.bound():
        row.refresh_from_db()
        one = Import.objects.get()
        assert (row.state, row.fields, row.person) == ("out", {}, None)
        assert (one.waiting, one.left_out) == (0, 1) and adds_up(one)
        assert not Past.objects.filter(id=row.pk).exists()
    assert names(ana) == ["Ina Weber", "Omar Haddad"]
    assert "left people out of the list" in ana.client.get(reverse("history")).content.decode()


def test_whoever_wants_to_be_here_again_is_brought_in_by_a_word(ana: Someone, site: Site) -> None:
    known_rosa(ana, site)
    erased(ana, site)
    one = bring_in(ana, site, LIST)
    with ana.workspace.bound():
        row = ImportRow.objects.get(state="waiting")
    ana.client.post(reverse("import-waiting", args=[one.pk]), {"other": row.pk.hex})
    assert "LIMA, Rosa" in names(ana) or "Rosa LIMA" in names(ana)
    again = bring_in(ana, site, LIST)
    assert (again.added, again.waiting) == (0, 0)  # known now, not asked about twice


def test_neither_the_same_list_nor_taking_it_back_brings_them_back(ana: Someone, site: Site) -> None:
    one = bring_in(ana, site, LIST)
    with ana.workspace.bound():
        person = Person.objects.get(phone="+12025550101")
        erase_person(by=ana.member, at=AT, person=person)
    again = bring_in(ana, site, LIST)
    assert (again.added, again.known, again.waiting) == (0, 2, 1)
    take_back(ana, again.pk)
    take_back(ana, one.pk)
    assert names(ana) == []


def test_rows_that_named_them_are_shredded_with_them(ana: Someone, site: Site) -> None:
    """A list spelled their name in another way; so it would the next time."""
    known_rosa(ana, site, phone="+12025550101")
    one = bring_in(ana, site, b"Name,Phone\nRosa M Lima,202 555 0101\nRosa Limma,\n")
    with ana.workspace.bound():
        rows = {row.state: row for row in ImportRow.objects.all()}
        assert set(rows) == {"known", "waiting"}
        erase_person(by=ana.member, at=AT, person=Person.objects.get())
        assert not ImportRow.objects.exists()
        assert not Past.objects.filter(id__in=[row.pk for row in rows.values()]).exists()
        one = Import.objects.get()
        assert (one.waiting, one.left_out) == (0, 1) and adds_up(one)
    again = bring_in(ana, site, b"Name\nRosa M Lima\n")
    assert (again.added, again.waiting) == (0, 1)


def test_what_is_erased_at_another_place_is_asked_by_who_holds_both(
    ana: Someone, ben: Someone, shared_site: Site
) -> None:
    """Those at the list's place don't learn that somebody was erased elsewhere."""
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
    known_rosa(ana, kitchen)
    erased(ana, kitchen)
    one = bring_in(ana, shared_site, LIST)
    assert (one.added, one.waiting) == (2, 1)
    with ana.workspace.bound():
        assert ImportRow.objects.get(state="waiting").circle == current().own_circle
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert not ImportRow.objects.exists()


def test_a_row_in_ones_own_circle_goes_when_somebody_else_erased_them(
    ana: Someone, ben: Someone, shared_site: Site
) -> None:
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        give_access(by=ana.member, at=AT, site=kitchen, member=ben.member)
    known_rosa(ana, kitchen, phone="+12025550101")
    bring_in(ana, shared_site, LIST)
    with ana.workspace.bound():
        assert ImportRow.objects.filter(circle=current().own_circle).count() == 1
    with ben.workspace.bound():
        ben.workspace.catch_up()
        erase_person(by=ben.member, at=AT, person=Person.objects.get(name="Rosa Lima"))
    with ana.workspace.bound():
        ana.workspace.catch_up()
        acts.shred_erased(by=ana.member, at=AT)
        assert not ImportRow.objects.exists()
        assert adds_up(Import.objects.get())
        acts.shred_erased(by=ana.member, at=AT)


def test_whoever_moved_away_isnt_taken_back_with_their_list_nor_named_in_it(ana: Someone, site: Site) -> None:
    known_rosa(ana, site, phone="+12025550101")
    one = bring_in(ana, site, LIST)
    with ana.workspace.bound():
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        for person in list(Person.objects.filter(name__in=["Rosa Lima", "Omar Haddad"])):
            move_person(by=ana.member, at=AT, person=person, site=kitchen)
        row = ImportRow.objects.get(state="known")
        assert (row.fields, row.person) == ({}, None)
    assert ana.client.get(reverse("import-known", args=[one.pk])).status_code == 200
    take_back(ana, one.pk, everybody="1")
    assert names(ana) == ["Omar Haddad", "Rosa Lima"]
