"""The calendar of a phone: what it says and to whom, that it follows changes, and that ending it works at once."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from masslink.collective.models import Feed, Member
from masslink.conftest import AT, Someone
from masslink.desk import feed_says
from masslink.desk.feed_file import calendar_of
from masslink.gatherings import acts
from masslink.gatherings.models import Gathering
from masslink.gatherings.tests.stage import planned
from masslink.sites.acts import give_access, take_access
from masslink.sites.models import Site
from masslink.tasks.duty_models import Duty, Turn
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.models import Copy

pytestmark = pytest.mark.django_db(transaction=True)

TEA = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
FEEDS = "/gatherings/calendar/phone"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: AT)
    monkeypatch.setattr("masslink.core.clock.today", lambda: AT.date())


def made(someone: Someone, shows: str = "busy") -> tuple[str, str]:
    """Login and secret of a new feed, made on its page."""
    assert someone.client.post(FEEDS, {"shows": shows, "once": str(uuid4())}).status_code == 302
    shown = someone.client.get(FEEDS).context["shown"]
    someone.client.post(FEEDS, {"step": "done"})
    return shown.login, shown.secret


def fetch(login: str, secret: str, **headers: str):
    coded = b64encode(f"{login}:{secret}".encode()).decode()
    return Client().get("/calendar.ics", headers={"authorization": f"Basic {coded}", **headers})


def events(login: str, secret: str) -> dict[str, list]:
    """What the phone shows, by title."""
    answer = fetch(login, secret)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")
    assert not answer.cookies and answer.headers["Cache-Control"] == "no-store"
    found: dict[str, list] = {}
    for event in Calendar.from_ical(answer.content).walk("VEVENT"):
        found.setdefault(str(event["summary"]), []).append(event)
    return found


def plan(someone: Someone, site: Site | None, **more) -> Gathering:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        made: Gathering = planned(
            someone, site and Site.objects.get(pk=site.pk), **{"starts_at": TEA, **more}
        )
        return made


def do(someone: Someone, what, gathering: Gathering, **more) -> None:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        by, one = Member.objects.get(pk=someone.member.pk), Gathering.objects.get(pk=gathering.pk)
        what(by=by, at=AT, gathering=one, **more)


def test_neutral_unless_its_member_chooses_more(ana: Someone, ben: Someone, shared_site: Site):
    busy, titles, places = made(ben), made(ben, "titles"), made(ben, "places")
    plan(ana, shared_site, title="Tea with Rosa", where="Cooper Street", ends_at=TEA + timedelta(hours=2))
    for opened, title, where in (
        (busy, "Appointment", None),
        (titles, "Tea with Rosa", None),
        (places, "Tea with Rosa", "Cooper Street"),
    ):
        (event,) = events(*opened)[title]
        assert event.get("location") == where
        assert (event.start, event.end) == (TEA, TEA + timedelta(hours=2))
    plain = fetch(*busy).content.lower()
    assert not [word for word in (b"tea", b"cooper", b"warehouse", b"ana", b"masslink") if word in plain]
    assert b"cooper" not in fetch(*titles).content.lower()


def test_it_follows_what_is_moved_called_off_undone_and_dropped(
    ana: Someone, ben: Someone, shared_site: Site
):
    opened = made(ben, "titles")
    tea = plan(ana, shared_site)
    (first,) = events(*opened)["Tea"]
    do(ana, acts.move, tea, starts_at=TEA + timedelta(days=1), ends_at=None)
    (moved,) = events(*opened)["Tea"]
    assert moved["uid"] == first["uid"] and tea.pk.hex not in moved["uid"]
    assert moved["sequence"] > first["sequence"] and moved.start == TEA + timedelta(days=1)
    do(ana, acts.cancel, tea)
    (off,) = events(*opened)["Called off: Tea"]
    assert off["status"] == "CANCELLED" and off["sequence"] > moved["sequence"] and off["uid"] == first["uid"]
    with ana.workspace.bound():
        history.undo(history.recent(limit=1)[0], at=AT)
    assert events(*opened)["Tea"][0]["status"] == "CONFIRMED"
    do(ana, acts.drop, tea)
    assert events(*opened) == {}


def test_two_feeds_name_the_same_evening_differently(ana: Someone, ben: Someone, shared_site: Site):
    plan(ana, shared_site)
    one, other = made(ana), made(ben)
    assert events(*one)["Appointment"][0]["uid"] != events(*other)["Appointment"][0]["uid"]


def test_ones_own_turns_whole_days_and_nobody_elses(ana: Someone, ben: Someone):
    opened = made(ben, "titles")
    with ana.workspace.bound(), act("turns", at=AT):
        circle = ana.workspace.collective_circle
        duty = Duty(circle=circle, name="Minutes", first=AT.date(), by=ana.member, at=AT)
        duty.save()
        for member in (ana.member, Member.objects.get(pk=ben.member.pk)):
            Turn(circle=circle, duty=duty, on=date(2026, 3, 29), member=member, agreed_at=AT).save()
    (turn,) = events(*opened)["Minutes"]
    assert (turn.start, turn.end) == (date(2026, 3, 29), date(2026, 3, 30))
    with ana.workspace.bound(), act("turn_given", at=AT):
        mine = Turn.objects.get(member=ben.member.pk)
        mine.dropped_at = AT
        mine.save()
    assert events(*opened) == {}


def test_what_one_said_no_to_is_left_out(ana: Someone, ben: Someone, shared_site: Site):
    opened, hers = made(ben), made(ana)
    tea = plan(ana, shared_site)
    for answer, shown in (("no", {}), ("yes", {"Appointment"})):
        ben.client.post(reverse("gathering-coming", args=[tea.pk]), {"answer": answer})
        assert events(*opened).keys() == set(shown) and events(*hers)


def test_it_says_nothing_of_places_one_does_not_hold_or_holds_no_more(ana: Someone, ben: Someone, site: Site):
    opened = made(ben, "titles")
    plan(ana, site)
    plan(ana, None, title="All of us")
    assert events(*opened).keys() == {"All of us"}
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=Site.objects.get(), member=ben.member)
    assert events(*opened).keys() == {"All of us", "Tea"}
    with ana.workspace.bound():
        take_access(
            by=ana.member, at=AT, site=Site.objects.get(), member=Member.objects.get(pk=ben.member.pk)
        )
    assert events(*opened).keys() == {"All of us"}


def test_whoever_steps_out_of_a_place_loses_it_at_once(ana: Someone, ben: Someone, shared_site: Site):
    opened = made(ben, "titles")
    plan(ana, shared_site)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        take_access(
            by=ben.member, at=AT, site=Site.objects.get(), member=Member.objects.get(pk=ben.member.pk)
        )
    assert events(*opened) == {}
    plan(ana, shared_site, title="Later")
    assert events(*opened) == {}


def test_wrong_and_ended_ones_are_refused_alike(ana: Someone, ben: Someone):
    login, secret = made(ben)
    assert "Feed" not in ben.client.get(FEEDS).content.decode() and secret not in str(
        ben.client.get(FEEDS).content
    )
    grouped = " ".join([secret[:4], secret[4:].upper()])
    assert fetch(login, grouped).status_code == 200
    answers = [fetch(login, "a" * 32), fetch("nobody", secret), fetch("", ""), Client().get("/calendar.ics")]
    answers += [Client().get("/calendar.ics", headers={"authorization": odd}) for odd in ODD]
    with ana.workspace.bound():
        feed_id = Feed.objects.get().pk if ana.workspace.catch_up() else None
    assert ana.client.post(reverse("feed-end", args=[feed_id])).status_code == 404
    assert ben.client.post(reverse("feed-end", args=[feed_id])).status_code == 302
    answers.append(fetch(login, secret))
    for answer in answers:
        assert answer.status_code == 401 and answer.content == answers[0].content
        assert answer.headers["WWW-Authenticate"].startswith("Basic ") and not answer.cookies
    assert ben.client.post(reverse("feed-end", args=[feed_id])).status_code == 302
    assert not Copy.objects.exists()


ODD = ["Basic", "Basic ????", "Basic bm9jb2xvbg==", "Bearer x", "Basic " + "QUFB" * 5000, "Basic /////w=="]


def test_unchanged_is_said_without_sending_it_again(ana: Someone, ben: Someone, shared_site: Site):
    opened = made(ben)
    tea = plan(ana, shared_site)
    mark = fetch(*opened).headers["ETag"]
    again = fetch(*opened, **{"if-none-match": mark})
    assert again.status_code == 304 and not again.content
    do(ana, acts.cancel, tea)
    assert fetch(*opened, **{"if-none-match": mark}).status_code == 200
    assert fetch(*made(ben), **{"if-none-match": mark}).status_code == 200


def test_days_that_come_into_reach_are_laid_down_when_somebody_unlocks(
    ana: Someone, ben: Someone, shared_site: Site, monkeypatch
):
    opened = made(ben)
    plan(ana, shared_site, starts_at=TEA + timedelta(days=400))
    plan(ana, shared_site, starts_at=TEA)
    assert [event.start for event in events(*opened)["Appointment"]] == [TEA]
    with ana.workspace.bound():
        feed_says.keep_up(by=ana.member, at=AT + timedelta(days=60))
    assert [event.start for event in events(*opened)["Appointment"]] == [TEA + timedelta(days=400)]
    monkeypatch.setattr(feed_says, "lay_down", lambda *_: pytest.fail("once a day is enough"))
    with ana.workspace.bound():
        feed_says.keep_up(by=ana.member, at=AT + timedelta(days=60, minutes=5))


def test_without_feeds_an_act_reads_nothing_for_them(ana: Someone, site: Site, monkeypatch):
    monkeypatch.setattr(feed_says.Said, "by", lambda *_: pytest.fail("nobody has a feed"))
    monkeypatch.setattr("masslink.vault.ledger.Ledger.hold", lambda *_: pytest.fail("nobody has a feed"))
    plan(ana, site)


def test_made_once_shown_until_typed_and_never_too_many(ana: Someone):
    form = {"shows": "places", "once": str(uuid4())}
    for _ in range(2):
        ana.client.post(FEEDS, form)
    with ana.workspace.bound():
        assert [feed.shows for feed in Feed.objects.all()] == ["places en"]
    shown = ana.client.get(FEEDS).context["shown"]
    assert ana.client.get(FEEDS).context["shown"] == shown  # a reload loses nothing
    ana.client.post(FEEDS, {"step": "done"})
    assert "shown" not in ana.client.get(FEEDS).context
    assert ana.client.post(FEEDS, {"shows": "everything"}).status_code == 422
    for _ in range(9):
        made_more = ana.client.post(FEEDS, {"shows": "busy", "once": str(uuid4())})
        assert made_more.status_code == 302
    with ana.workspace.bound():
        assert Feed.objects.count() == 8


@pytest.mark.parametrize(
    "starts", [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 1, 31, 23, 0, tzinfo=UTC)]
)
def test_odd_titles_and_hours_come_through_whole(starts: datetime):
    title = "Soup; bread, and\nsongs \\ 🎉 " + "x" * 300
    item = {"uid": "1", "times": 1, "since": "2026-01-01", "where": "A, B; C", "off": False}
    item |= {"title": title, "starts": starts.isoformat(), "ends": (starts + timedelta(hours=3)).isoformat()}
    copies = [orjson.dumps([item, {"uid": "no more than this"}, 7]), b"no json", b"7"]
    text = calendar_of(copies, "Calendar")
    event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1
    assert (str(event["summary"]), str(event["location"])) == (title, "A, B; C")
    assert (event.start, event.end) == (starts, starts + timedelta(hours=3))
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
