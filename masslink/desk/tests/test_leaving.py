"""Leaving: three members, places that only some hold; at once out, nobody forgotten, those who stay agree."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from masslink.collective import acts
from masslink.collective.models import Invitation, Member
from masslink.conftest import AT, join
from masslink.conversations.acts import log_talk
from masslink.people.acts import add_person, take_on
from masslink.people.models import Link, Person
from masslink.sites.acts import ask_for_access, give_access, open_site
from masslink.sites.models import Access, AccessWish, Site
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo
from masslink.vault import holders
from masslink.vault.models import Grant, Holder, Row
from masslink.vault.sessions import sessions
from masslink.vault.tests.reading import assert_agree

TODAY = AT.date()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: TODAY)


@pytest.fixture
def dee(ana, ben):
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def kitchen(ben, dee):
    """A place that Ben and Dee hold, and Ana doesn't."""
    with ben.workspace.bound():
        ben.workspace.catch_up()
        site = open_site(by=ben.member, at=AT, kind="workplace", name="Kitchen")
        give_access(by=ben.member, at=AT, site=site, member=Member.objects.get(name="Dee"))
        return site


@pytest.fixture
def bens_work(ana, ben, dee, shared_site, kitchen):
    """Ben keeps in touch with four people at the warehouse, two in the kitchen, and promised things."""
    with ben.workspace.bound():
        ben.workspace.catch_up()
        for site, names in ((shared_site, ("Rosa", "Samir", "Tess", "Uma")), (kitchen, ("Vera", "Wanda"))):
            for name in names:
                person = add_person(by=ben.member, at=AT, site=Site.objects.get(pk=site.pk), name=name)
                take_on(by=ben.member, at=AT, person=person, member=ben.member, rhythm_days=14, aim="Tea")
        rosa = Person.objects.get(name="Rosa")
        late = TODAY - timedelta(days=3)
        promise(by=ben.member, at=AT, member=ben.member, what="Bring the sheet", due=late, person=rosa)
        promise(by=ben.member, at=AT, member=ben.member, what="Print fliers", due=TODAY)
        own = ben.workspace.own_circle
        promise(by=ben.member, at=AT, member=ben.member, what="Only mine", due=TODAY, circle=own)
    for someone in (ana, dee):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            uma = Person.objects.filter(name="Uma").first()
            if uma:
                take_on(by=someone.member, at=AT, person=uma, member=someone.member, rhythm_days=30)


def page(someone, url="/"):
    answer = someone.client.get(url, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("&#x27;", "’").split())


def leave_url(member):
    return reverse("member-leave", args=[member.pk])


def shown(someone, member):
    """What the page of people and to-dos would post, untouched."""
    form = someone.client.get(leave_url(member) + "?step=people").context["form"]
    found = {}
    for bound in form:
        value = bound.value()
        found[bound.name] = "" if value is None else str(value)
    return found


def let_go(someone, member, **changed):
    """Through all three pages; returns the last answer."""
    url, posted = leave_url(member), shown(someone, member) | changed
    confirm = someone.client.post(url, {**posted, "step": "people"})
    assert confirm.status_code == 200, confirm
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', confirm.content.decode()))
    return someone.client.post(url, {**hidden, **({"sure": "1"} if "sure" in changed else {})})


def links(someone):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        rows = Link.objects.filter(until=None).values_list("person__name", "member__name")
        return sorted(rows)


def is_out(someone):
    assert not Holder.objects.filter(pk=someone.workspace.holder).exists()
    assert not Grant.objects.filter(holder=someone.workspace.holder).exists()
    for url in ("/", "/people", "/us"):
        assert someone.client.get(url).headers["Location"].startswith("/unlock")
    with pytest.raises(holders.WrongWords):
        holders.unlock(someone.login, someone.passphrase)


# --- a coordinator lets somebody go --------------------------------------------------------------


def test_who_is_let_go_is_out_at_once_and_nobody_they_kept_in_touch_with_is_forgotten(
    ana, ben, dee, shared_site, kitchen, bens_work
):
    said = page(ana, leave_url(ben.member))
    assert "Only Ana could open Warehouse then." in said and "Kitchen" not in said
    assert "old words" in said and "stays in the history" in said
    answer = let_go(ana, ben.member)
    assert answer.headers["Location"] == reverse("resealing")
    is_out(ben)
    # Ana has the four of the warehouse, Uma as before; the to-dos came along, the old one with a new day.
    assert [n for n, m in links(ana)] == ["Rosa", "Samir", "Tess", "Uma"]
    assert {m for n, m in links(ana)} == {"Ana"}
    with ana.workspace.bound():
        assert Link.objects.get(person__name="Uma", until=None).rhythm_days == 30
        assert Link.objects.get(person__name="Rosa", until=None).introduced_by == ben.member
        todos = {t.what: t for t in ToDo.objects.open()}
        assert todos["Bring the sheet"].member == ana.member
        assert todos["Bring the sheet"].due == TODAY + timedelta(days=7)
        assert todos["Let Ben introduce you to Rosa"].due == TODAY + timedelta(days=7)
        assert "Let Ben introduce you to Uma" not in todos and "Only mine" not in todos
        assert Access.objects.get(member=ben.member).until == TODAY
        assert ana.workspace.circles[shared_site.circle].epoch == 2
    assert_agree(ana.workspace, dee.workspace)


def test_people_at_places_the_remover_doesnt_hold_wait_on_the_first_page_of_those_who_do(
    ana, ben, dee, shared_site, kitchen, bens_work
):
    let_go(ana, ben.member)
    assert "Ben left" not in page(ana)
    assert "Ben left: 2 people need somebody." in page(dee) and "Ben left" in page(dee, reverse("us"))
    url = reverse("member-hand-over", args=[ben.member.pk])
    form = dee.client.get(url).context["form"]
    posted = {b.name: str(b.value() or "") for b in form}
    vera = next(k for k in posted if k.startswith("p_"))
    posted[vera] = "end"
    assert dee.client.post(url, posted).status_code == 302
    assert dee.client.post(url, posted).status_code == 302  # pressed twice
    assert links(dee) == [("Wanda", "Dee")]
    assert "Ben left" not in page(dee)
    with dee.workspace.bound():
        assert ToDo.objects.get(member=dee.member, person__name="Wanda").what.startswith("Get to know Wanda")
        assert dee.workspace.circles[kitchen.circle].epoch == 2
        from masslink.sites.acts import end_work_of_those_who_left

        end_work_of_those_who_left(by=dee.member, at=AT)
        assert Access.objects.get(member=ben.member).until == TODAY
    assert_agree(ana.workspace, dee.workspace)


def test_each_of_them_can_be_given_to_somebody_else_kept_for_later_or_let_rest(
    ana, ben, dee, shared_site, kitchen, bens_work
):
    with ana.workspace.bound():
        ana.workspace.catch_up()
        give_access(by=ana.member, at=AT, site=Site.objects.get(), member=Member.objects.get(name="Dee"))
        ids = dict(Link.objects.filter(until=None, member=ben.member).values_list("person__name", "pk"))
        sheet = ToDo.objects.get(what="Bring the sheet").pk.hex
    deeid = dee.member.pk.hex
    chosen = {f"p_{ids['Rosa'].hex}": deeid, f"p_{ids['Samir'].hex}": "later", f"p_{ids['Tess'].hex}": "end"}
    let_go(ana, ben.member, **chosen, how="alone", **{f"t_{sheet}": "end"})
    assert links(ana) == [("Rosa", "Dee"), ("Samir", "Ben"), ("Uma", "Ana")]
    with ana.workspace.bound():
        assert ToDo.objects.get(pk=sheet).dropped_why == "Ben can’t do it any more"
        assert Link.objects.get(person__name="Rosa", until=None).introduced_by is None
    assert "Ben left: 1 person needs somebody." in page(ana)
    assert_agree(ana.workspace, dee.workspace)


def test_a_whole_place_goes_to_one_and_a_wrong_day_is_said(ana, ben, dee, shared_site, bens_work):
    posted = shown(ana, ben.member)
    url = leave_url(ben.member)
    answer = ana.client.post(url, {**posted, "on": "2020-01-01", "step": "people"})
    assert "That day is over" in answer.content.decode()
    everything = {f"all_{shared_site.pk.hex}": "end"}
    let_go(ana, ben.member, **everything)
    assert links(ana) == [("Uma", "Ana")]


def test_handing_on_first_and_going_later(ana, ben, dee, shared_site, bens_work):
    url = leave_url(ben.member)
    answer = ana.client.post(url, {**shown(ana, ben.member), "step": "people", "later": "1"})
    assert answer.headers["Location"] == reverse("member", args=[ben.member.pk])
    with ben.workspace.bound():
        ben.workspace.catch_up()
        mine = {t.what for t in ToDo.objects.open().of(ben.member)}
    assert {"Introduce Rosa to Ana", "Introduce Samir to Ana"} <= mine
    assert "Uma" not in " ".join(mine)
    assert ben.client.get("/").status_code == 200
    assert let_go(ana, ben.member).status_code == 302
    is_out(ben)


# --- doors ---------------------------------------------------------------------------------------


def test_only_coordinators_let_others_go_and_the_last_of_them_stays(ana, ben, dee, cy):
    for member in (dee.member, ana.member):
        assert ben.client.get(leave_url(member)).status_code == 403
        assert ben.client.post(leave_url(member), {"step": "confirm"}).status_code == 403
    assert cy.client.post(leave_url(ben.member), {"step": "confirm"}).status_code == 404
    assert "Somebody has to coordinate" in page(ana, leave_url(ana.member))
    assert ana.client.post(leave_url(ana.member), {"step": "confirm"}).status_code == 200
    assert ana.client.get("/").status_code == 200
    assert Holder.objects.filter(kind="member").count() == 4


def test_pressed_twice_in_two_tabs_and_by_two_coordinators_it_happens_once(ana, ben, dee, shared_site):
    with ana.workspace.bound():
        acts.change_role(by=ana.member, at=AT, member=Member.objects.get(name="Dee"), role="coordinator")
    seen = dee.client.post(leave_url(ben.member), {"step": "people"})
    assert b"Let Ben go now?" in seen.content
    for _again in range(2):
        answer = ana.client.post(leave_url(ben.member), {"step": "confirm"})
        assert answer.status_code == 302
    last = dee.client.post(leave_url(ben.member), {"step": "confirm"})
    assert last.headers["Location"] == reverse("member", args=[ben.member.pk])
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert ana.workspace.circles[ana.workspace.collective_circle].epoch == 2
    assert_agree(ana.workspace, dee.workspace)


def test_an_old_cookie_a_second_browser_and_a_form_from_before_open_nothing(ana, ben, shared_site, person):
    old, second = ben.client.cookies[settings.SESSION_COOKIE].value, Client()
    second.cookies[settings.SESSION_COOKIE] = sessions.start(ben.workspace)
    assert second.get(f"/people/{person.pk}").status_code == 200
    ana.client.post(leave_url(ben.member), {"step": "confirm"})
    before = Row.objects.count()
    for token in (old, second.cookies[settings.SESSION_COOKIE].value):
        client = Client()
        client.cookies[settings.SESSION_COOKIE] = token
        assert client.get(f"/people/{person.pk}").headers["Location"].startswith("/unlock")
        answer = client.post("/talked", {"person": str(person.pk), "how": "talked", "words": "Still here"})
        assert b"Marisol" not in answer.content and answer.status_code in (302, 401)
    assert Row.objects.count() == before


def test_what_they_began_to_invite_and_to_ask_is_withdrawn(ana, ben, dee, site):
    with ben.workspace.bound():
        ben.workspace.catch_up()
        acts.invite(by=ben.member, at=AT, name="Eve")
        ask_for_access(by=ben.member, at=AT, member=ben.member, asked=Member.objects.get(name="Ana"))
    ana.client.post(leave_url(ben.member), {"step": "confirm"})
    with ana.workspace.bound():
        assert Invitation.objects.get().declined_at and AccessWish.objects.get().answered_at
    assert not Holder.objects.filter(kind="invitation").exists()


# --- going oneself -------------------------------------------------------------------------------


def test_who_goes_says_who_takes_over_and_ends_outside(ana, ben, dee, shared_site, kitchen, bens_work):
    own = ben.workspace.own_circle
    said = page(ben, leave_url(ben.member))
    assert "Only Ana could open Warehouse then." in said and "Only Dee could open Kitchen then." in said
    answer = let_go(ben, ben.member)
    assert answer.headers["Location"] == reverse("farewell")
    assert answer.cookies[settings.SESSION_COOKIE].value == ""
    assert b"You have left" in ben.client.get(reverse("farewell")).content
    assert not Row.objects.filter(circle=own).exists()
    with pytest.raises(holders.WrongWords):
        holders.unlock(ben.login, ben.passphrase)
    assert {m for _, m in links(ana)} == {"Ana"} and {m for _, m in links(dee)} == {"Dee"}
    assert len(links(ana)) == 4 and len(links(dee)) == 2
    for someone, site in ((ana, shared_site), (dee, kitchen)):
        with someone.workspace.bound():
            log_talk(
                by=someone.member, at=AT, persons=list(Person.objects.all()[:1]), how="talked", words="Hm"
            )
            assert someone.workspace.circles[site.circle].epoch == 2
    assert_agree(ana.workspace, dee.workspace)


def test_a_place_that_nobody_could_open_needs_a_word_first(ana, ben, dee):
    with ben.workspace.bound():
        ben.workspace.catch_up()
        open_site(by=ben.member, at=AT, kind="workplace", name="Bakery")
    assert "Nobody could open Bakery" in page(ben, leave_url(ben.member))
    again = ben.client.post(leave_url(ben.member), {"step": "confirm"})
    assert "Nobody could open this ever again." in again.content.decode()
    assert ben.client.get("/").status_code == 200
    ben.client.post(leave_url(ben.member), {"step": "confirm", "sure": "1"})
    is_out(ben)


# --- afterwards ----------------------------------------------------------------------------------


def test_who_left_stays_in_the_history_and_is_offered_nowhere(ana, ben, dee, shared_site, person):
    with ben.workspace.bound():
        ben.workspace.catch_up()
        log_talk(by=ben.member, at=AT, persons=[Person.objects.get()], how="talked", words="Tea")
    ana.client.post(leave_url(ben.member), {"step": "confirm"})
    assert "Ben (left)" in page(ana, reverse("history"))
    assert "Ben (left) is no longer one of us" in re.sub(r"<[^>]+>", "", page(ana, reverse("history")))
    assert "Ben (left)" in page(ana, f"/people/{person.pk}")
    assert "Ben" in page(ana, reverse("members"))
    for url in (
        reverse("site-access", args=[shared_site.pk]),
        reverse("access-ask"),
        reverse("person-hand-on", args=[person.pk]),
        reverse("todo-new"),
    ):
        main = page(ana, url).partition("<main")[2]
        assert "Ben" not in main, url
    done = re.findall(r"/us/undo/[0-9a-f-]+", page(ana, reverse("history")))
    for undo in done:
        ana.client.post(undo)
    with ana.workspace.bound():
        assert Member.objects.get(name="Ben").left_on


def test_stepping_out_of_a_place_leaves_ones_people_to_those_who_stay(
    ana, ben, dee, shared_site, kitchen, bens_work
):
    with ben.workspace.bound():
        ben.workspace.catch_up()
        give_access(by=ben.member, at=AT, site=kitchen, member=Member.objects.get(name="Ana"))
    ben.client.post(reverse("access-take", args=[shared_site.pk, ben.member.pk]), {"warned": "1"})
    assert "Ben isn’t at your place any more: 4 people need somebody and 1 to-do is open." in page(ana)
    url = re.findall(r'href="([^"]+hand-over[^"]*)"', page(ana))[0]
    form = ana.client.get(url).context["form"]
    assert {link.person.name for link in form.load.links} == {"Rosa", "Samir", "Tess", "Uma"}
    assert ana.client.post(url, {b.name: str(b.value() or "") for b in form}).status_code == 302
    assert "at your place any more" not in page(ana)
    with ana.workspace.bound():
        assert not ToDo.objects.open().filter(member=ben.member, person__isnull=False).exists()
        # Where Ben still works nothing was taken from him.
        kept = Link.objects.filter(member=ben.member, until=None).values_list("person__name", flat=True)
        assert sorted(kept) == ["Vera", "Wanda"]


def test_roles_change_and_one_coordinator_stays(ana, ben, dee):
    def role(by, member, role):
        return by.client.post(reverse("member-role", args=[member.pk]), {"role": role})

    assert role(ben, ben.member, "coordinator").status_code == 403
    role(ana, ana.member, "member")
    assert "somebody has to coordinate" in page(ana)
    for _again in range(2):
        role(ana, ben.member, "coordinator")
    assert "Ben is a coordinator now." in page(ana)
    role(ben, ana.member, "member")
    assert ana.client.get(leave_url(dee.member)).status_code == 403
    assert role(ben, dee.member, "king").status_code == 302
    undo = re.findall(r"/us/undo/[0-9a-f-]+", page(ana, reverse("history")))
    for one in undo:
        ana.client.post(one)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert {m.name for m in Member.objects.filter(role="coordinator")} == {"Ben"}
