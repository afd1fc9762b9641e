"""Places open and close for members: for a while, for good, by asking; what waits is seen; one of two is warned of."""

from datetime import timedelta

import pytest
from django.urls import reverse

from masslink.collective import acts
from masslink.collective.models import Member
from masslink.conftest import AT, join
from masslink.sites.access import at_place, what_waits
from masslink.sites.models import Access, AccessWish, Site
from masslink.sites.panels import who_works_here
from masslink.vault import holders, kits
from masslink.vault.act import act
from masslink.vault.models import Holder
from masslink.vault.sessions import sessions
from masslink.vault.tests.reading import assert_agree, caught_up

TODAY = AT.date()
IN_A_WEEK = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return turn_to(monkeypatch, AT)


def turn_to(monkeypatch, at):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


@pytest.fixture
def dee(ana, ben):
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


def page(someone, url="/", status=200):
    answer = someone.client.get(url, follow=True)
    assert answer.status_code == status
    return " ".join(answer.content.decode().replace("&#x27;", "’").split())


def post(someone, name, *ids, **posted):
    return someone.client.post(reverse(name, args=ids), posted)


def access(site):
    return reverse("site-access", args=[site.pk])


def opens(someone, site):
    with someone.workspace.bound():
        someone.workspace.catch_up()
        return Site.objects.filter(pk=site.pk).exists()


def new_keys_for(coordinator, someone):
    """Somebody lost their words and comes back with keys of their own. Returns them as they are now."""
    with coordinator.workspace.bound():
        coordinator.workspace.catch_up()
        member = Member.objects.get(pk=someone.member.pk)
        root, collective = coordinator.workspace.root, coordinator.workspace.collective
        holder, keys = holders.enrol(collective, f"{someone.login}-again", "six other words", root)
        who = {"by": coordinator.member, "at": AT, "member": member}
        acts.give_new_keys(**who, holder=holder.pk, fingerprint=keys.public.fingerprint)
    someone.workspace = holders.open_workspace(Holder.objects.get(pk=holder.pk), keys)
    from masslink.conftest import _unlocked

    someone.client = _unlocked(someone.workspace)
    return someone


# --- for a while -----------------------------------------------------------------------------------


def test_a_deputy_gets_in_for_a_while_and_when_it_is_over_it_waits_until_somebody_acts(
    ana, ben, site, person, monkeypatch
):
    until = IN_A_WEEK.isoformat()
    assert post(ana, "site-access", site.pk, member=ben.member.pk.hex, until=until).status_code == 302
    assert "until 9 March" in page(ana, access(site)) and opens(ben, site)
    assert "ended on" not in page(ana)
    turn_to(monkeypatch, AT + timedelta(days=8))
    said = "Ben’s time at Warehouse ended on 9 March."
    for url in ("/", reverse("us"), access(site), reverse("member", args=[ben.member.pk])):
        assert said in page(ana, url), url
    assert opens(ben, site)  # nobody takes keys away but a member
    later = (IN_A_WEEK + timedelta(days=30)).isoformat()
    post(ana, "access-give", site.pk, ben.member.pk, until=later)
    assert said not in page(ana) and "until 8 April" in page(ana, access(site))
    turn_to(monkeypatch, AT + timedelta(days=60))
    assert "ended on 8 April" in page(ana)
    post(ana, "access-take", site.pk, ben.member.pk, warned="1")
    assert "ended on" not in page(ana) and not opens(ben, site)
    assert_agree(ana.workspace, ben.workspace)


def test_a_day_that_is_over_isnt_taken_for_good(ana, ben, site):
    for until in (TODAY.isoformat(), "2001-01-01", "2099-01-01", "soon"):
        answer = post(ana, "site-access", site.pk, member=ben.member.pk.hex, until=until)
        assert answer.status_code == 200, until
    assert not opens(ben, site)


# --- taking ----------------------------------------------------------------------------------------


def test_before_a_place_is_left_with_one_a_sentence_and_a_second_tap(ana, ben, shared_site, person):
    url = reverse("access-take", args=[shared_site.pk, ben.member.pk])
    assert "Only Ana could open Warehouse then." in page(ana, url)
    assert "Only Ana could open" in ana.client.post(url).content.decode()  # a page from before it was so
    assert opens(ben, shared_site)
    assert ana.client.post(url, {"warned": "1"}).status_code == 302
    assert not opens(ben, shared_site)
    assert ben.client.get(access(shared_site)).status_code == 404
    assert ana.client.post(url, {"warned": "1"}).status_code == 302  # pressed twice
    assert "has a new key" in page(ana, access(shared_site))
    with ana.workspace.bound():
        assert ana.workspace.circles[shared_site.circle].epoch == 2
        assert Access.objects.get(member=ben.member).until == TODAY
    assert_agree(ana.workspace, ben.workspace)


def test_the_last_one_can_neither_be_taken_nor_step_out(ana, ben, shared_site):
    mine = reverse("access-take", args=[shared_site.pk, ana.member.pk])
    page(ben, reverse("access-take", args=[shared_site.pk, ben.member.pk]))
    assert ben.client.post(mine, {"warned": "1"}).status_code == 302
    assert not opens(ana, shared_site)
    left = reverse("access-take", args=[shared_site.pk, ben.member.pk])
    assert "Somebody has to stay" in page(ben, left)
    assert ben.client.post(left, {"warned": "1"}).status_code == 200
    assert opens(ben, shared_site)


def test_stepping_out_by_oneself_closes_it_at_once_and_others_get_a_new_key(ana, ben, shared_site):
    url = reverse("access-take", args=[shared_site.pk, ben.member.pk])
    assert "Step out of Warehouse?" in page(ben, url)
    assert ben.client.post(url, {"warned": "1"}).status_code == 302
    assert "What you read there you know." in page(ben, reverse("places"))
    assert not opens(ben, shared_site)
    assert [m.name for m in ana.client.get(access(shared_site)).context["who"].members] == ["Ana"]
    post(ana, "site-access", shared_site.pk, member=ben.member.pk.hex)
    assert opens(ben, shared_site)
    assert_agree(ana.workspace, ben.workspace)


def test_kits_are_no_holders_whom_one_could_count_on(ana, ben, dee, site):
    with ana.workspace.bound():
        kit, _ = acts.make_half(by=ana.member, at=AT)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        acts.make_half(by=ben.member, at=AT, kit=type(kit).objects.get())
    for someone in (dee, ben, ana):
        with someone.workspace.bound():
            someone.workspace.catch_up()
            acts.vouch_for_kit(by=someone.member, at=AT, kit=type(kit).objects.get())
    with ana.workspace.bound():
        assert kits.lacking_kit(ana.workspace, type(kit).objects.get().first_half) == set()
        who = who_works_here(Site.objects.get())
        assert len(ana.workspace.circles[site.circle].roster) == 3
        assert who.too_few and who.has_kit and who.names == "Ana"
    for url in (access(site), reverse("place", args=[site.pk]), reverse("us"), reverse("places")):
        assert "only the recovery kit opens it" in page(ana, url), url


# --- new keys --------------------------------------------------------------------------------------


def test_who_has_new_keys_waits_visibly_until_let_in_again(ana, ben, shared_site, person):
    new_keys_for(ana, ben)
    said = "Ben has new keys, and asks to be let into Warehouse again."
    assert said in page(ana) and said in page(ana, reverse("us"))
    assert "Give Ben access again" in page(ana, access(shared_site))
    assert not opens(ben, shared_site)
    assert post(ana, "access-give", shared_site.pk, ben.member.pk).status_code == 302
    assert said not in page(ana) and opens(ben, shared_site)
    assert caught_up(ben.workspace)["person"]
    assert_agree(ana.workspace, ben.workspace)


def test_or_isnt_waited_for_any_longer(ana, ben, shared_site):
    new_keys_for(ana, ben)
    assert "new keys" in page(ana)
    post(ana, "access-take", shared_site.pk, ben.member.pk)
    assert "new keys" not in page(ana) and not opens(ben, shared_site)
    with ana.workspace.bound():
        assert what_waits(TODAY) == []
        assert ana.workspace.circles[shared_site.circle].epoch == 2  # nobody opened another one for it


# --- asking ----------------------------------------------------------------------------------------


def test_asking_names_no_place_and_is_answered_by_choosing_one(ana, ben, dee, site, person):
    for _again in range(2):  # pressed twice
        assert post(ben, "access-ask", asked=ana.member.pk.hex).status_code == 302
    with ben.workspace.bound():
        wish = AccessWish.objects.get()
        assert wish.circle == ben.workspace.collective_circle
    url = reverse("access-wish", args=[wish.pk])
    assert "Ben asks you for access to a place." in page(ana)
    for someone in (ben, dee):
        assert "Ben asked Ana for access to a place." in page(someone, reverse("us"))
        assert "Warehouse" not in page(someone, url) and "Ben asks you" not in page(someone)
    assert dee.client.post(url, {"no": "1"}).status_code == 200  # it isn't hers to answer
    assert post(ana, "access-wish", wish.pk).status_code == 200
    assert post(ana, "access-wish", wish.pk, places=site.pk.hex).status_code == 302
    assert opens(ben, site) and "Ben asks you" not in page(ana)
    assert post(ana, "access-wish", wish.pk, places=site.pk.hex).status_code == 200  # answered in another tab
    assert "It was answered" in page(ben, url)
    assert_agree(ana.workspace, ben.workspace, dee.workspace)


def test_it_may_be_declined_taken_back_or_answered_by_giving_access(ana, ben, site):
    for ends in ("declined", "taken back", "given"):
        post(ben, "access-ask", asked=ana.member.pk.hex)
        with ben.workspace.bound():
            wish = AccessWish.objects.get(answered_at=None)
        if ends == "given":
            post(ana, "site-access", site.pk, member=ben.member.pk.hex)
        else:
            post(ana if ends == "declined" else ben, "access-wish", wish.pk, no="1")
        assert "Ben asks you" not in page(ana), ends
        assert opens(ben, site) == (ends == "given")


def test_a_coordinator_asks_for_a_newcomer_others_only_for_themselves(ana, ben, dee, site):
    post(ana, "access-ask", member=dee.member.pk.hex, asked=ben.member.pk.hex)
    post(ben, "access-ask", member=dee.member.pk.hex, asked=ana.member.pk.hex)
    assert post(ana, "access-ask", member=dee.member.pk.hex, asked=dee.member.pk.hex).status_code == 200
    with ana.workspace.bound():
        ana.workspace.catch_up()
        found = {(w.member.name, w.asked.name, w.asked_by.name) for w in AccessWish.objects.all()}
    assert found == {("Dee", "Ben", "Ana"), ("Ben", "Ana", "Ben")}


def test_strangers_find_nothing_of_it(ana, ben, cy, shared_site):
    post(ben, "access-ask", asked=ana.member.pk.hex)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        wish = AccessWish.objects.get()
    for name, *ids in (("access-wish", wish.pk), ("access-take", shared_site.pk, ben.member.pk)):
        assert cy.client.get(reverse(name, args=ids)).status_code == 404
        assert post(cy, name, *ids, no="1").status_code == 404


def test_who_let_whom_in_and_when_is_said(ana, ben, shared_site):
    with ana.workspace.bound():
        here = at_place(Site.objects.get(), TODAY)
        assert [one.since for one in here.works] == [
            "since 2 March 2026, opened this place",
            "since 2 March 2026, let in by Ana",
        ]


def test_a_list_of_who_works_here_costs_the_same_for_two_and_for_six(ana, ben, shared_site):
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in ((), ("Dee", "Eve", "Fay", "Gil")):
        for name in more:
            someone = join(ana, name)
            post(ana, "site-access", shared_site.pk, member=someone.member.pk.hex)
            sessions.end_all(someone.workspace.holder)
        with ana.workspace.bound(), act("note", at=AT, circles=[shared_site.circle]):
            pass
        with CaptureQueriesContext(ana.workspace.db) as queries:
            page(ana, access(shared_site))
        counts.append(len(queries))
    assert counts[0] == counts[1]
