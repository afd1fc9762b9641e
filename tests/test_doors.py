"""Doors: every address of the program against every kind of caller. One that isn't listed here fails the test."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, path, reverse
from django.urls.converters import UUIDConverter

from masslink.collective.acts import change_role, confirm, invite, let_go
from masslink.collective.models import Device, Member, Note, Space
from masslink.conftest import AT, Someone, found, join, wait_outside
from masslink.core import clock
from masslink.core.pages import COORDINATOR, MEMBER, NOBODY, WAITING, page
from masslink.exchange.models import Import
from masslink.people.acts import add_person, take_on
from masslink.people.models import Link, Person
from masslink.sites.acts import add_shift, add_unit, open_site
from masslink.sites.models import Shift, Site, Unit
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.models import Row
from masslink.vault.sessions import sessions
from masslink.vault.tests.filling import fill_all

pytestmark = pytest.mark.django_db(transaction=True)

ANYBODY = "anybody"  # also before unlocking
WAITERS = "waiters"  # also who waits to be let in
OWN = "own"  # the same, with a record of their own circle in the address; it isn't there for others
OURS = "ours"  # any member; what it shows depends on the circles they hold
HELD = "held"  # who holds the circle of the record in the address; it isn't there for others
COMMON = "common"  # any member: a record of the whole collective in the address; it isn't there for other collectives
COORDINATORS = "coordinators"

DOORS: dict[str, str] = {
    # before unlocking
    "unlock": ANYBODY,
    "pin": ANYBODY,
    "lock": ANYBODY,
    "restored": ANYBODY,
    "found": ANYBODY,
    "hide": ANYBODY,
    "language": ANYBODY,
    "protected": ANYBODY,
    "this-phone": ANYBODY,
    "manifest": ANYBODY,
    "recover": ANYBODY,
    "join": ANYBODY,
    "lost-words": ANYBODY,
    "server": ANYBODY,
    "calendar-feed": ANYBODY,
    "farewell": ANYBODY,
    # who has unlocked
    "older": WAITERS,
    "devices": WAITERS,
    "sessions-end": WAITERS,
    "device-end": OWN,
    "waiting": WAITERS,
    "notes": WAITERS,
    "note-delete": OWN,
    "new-words": WAITERS,
    "undo": OWN,
    # every member
    "alarm": OURS,
    "drill": OURS,
    "kit": OURS,
    "kit-sheet": OURS,
    "kit-sheet-file": OURS,
    "kit-check": OURS,
    "kit-vouch": COMMON,
    "kit-retire": COMMON,
    "today": OURS,
    "people": OURS,
    "people-find": OURS,
    "person-new": OURS,
    "places": OURS,
    "site-new": COORDINATORS,
    "invite": COORDINATORS,
    "us": OURS,
    "members": OURS,
    "questions": OURS,
    "question-new": OURS,
    "ideas": OURS,
    "idea-new": OURS,
    "corrections": OURS,
    "correction-new": OURS,
    "history": OURS,
    "talked": OURS,
    "pick": OURS,
    "happened": OURS,
    "to-dos": OURS,
    "todo-new": OURS,
    "duties": OURS,
    "duty-new": OURS,
    "duties-plan": OURS,
    "duties-sheet": OURS,
    "lists": OURS,
    "import-new": OURS,
    "export": OURS,
    "fading": OURS,
    "fading-change": COORDINATORS,
    "fading-soon": OURS,
    "readiness": OURS,
    "plan": OURS,
    "plan-wishes": OURS,
    "access-ask": OURS,
    "my-name": OURS,
    "resealing": OURS,
    # every member: records of the whole collective
    "member": COMMON,
    "member-role": COMMON,
    "member-away": COMMON,
    "member-hand-over": COMMON,
    "member-leave": COMMON,
    "access-wish": COMMON,
    "invitations": OURS,
    "invitation-confirm": COMMON,
    "invitation-decline": COMMON,
    "new-keys": COMMON,
    # who holds the circle
    "person": HELD,
    "person-edit": HELD,
    "person-left": HELD,
    "person-back": HELD,
    "person-delete": HELD,
    "person-file": HELD,
    "person-erase": HELD,
    "person-move": HELD,
    "person-take-on": HELD,
    "person-hand-on": HELD,
    "person-keep": HELD,
    "person-merge": HELD,
    "person-apart": HELD,
    "person-unmerge": HELD,
    "person-keep-words": HELD,
    "person-knows": HELD,
    "tie-end": HELD,
    "place-map": HELD,
    "link-end": HELD,
    "place": HELD,
    "chart-cell": HELD,
    "chart-move": HELD,
    "chart-print": HELD,
    "chart-file": HELD,
    "person-here": HELD,
    "site-edit": HELD,
    "site-units": HELD,
    "site-access": HELD,
    "access-give": HELD,
    "access-take": HELD,
    "names": HELD,
    "unmet": HELD,
    "doubles": HELD,
    "unmet-delete": HELD,
    "deeds": HELD,
    "deeds-tick": HELD,
    "deeds-find": HELD,
    "divides": HELD,
    "observation-tried": HELD,
    "person-ladder": HELD,
    "caution-new": HELD,
    "caution-renew": HELD,
    "caution-confirm": HELD,
    "caution-back": HELD,
    "standing": HELD,
    "standing-say": HELD,
    "stand-question": HELD,
    "stand-question-new": HELD,
    "person-standing": HELD,
    "difference": HELD,
    "unit-remove": HELD,
    "shift-remove": HELD,
    "observation": HELD,
    "observation-edit": HELD,
    "observations": HELD,
    "question": HELD,
    "question-edit": HELD,
    "question-position": HELD,
    "question-tried": HELD,
    "trial-edit": HELD,
    "question-answer": HELD,
    "question-close": HELD,
    "question-decide": HELD,
    "question-reserve": HELD,
    "reservation-lift": HELD,
    "question-review": HELD,
    "question-withdraw": HELD,
    "contact-answer": HELD,
    "idea": HELD,
    "idea-edit": HELD,
    "idea-drop": HELD,
    "idea-answer": HELD,
    "idea-carry": HELD,
    "idea-alike": HELD,
    "idea-apart": HELD,
    "correction": HELD,
    "correction-edit": HELD,
    "correction-drop": HELD,
    "correction-agree": HELD,
    "correction-look": HELD,
    "correction-pointed": HELD,
    "correction-told": HELD,
    "pairs": HELD,
    "pair-new": HELD,
    "pair": HELD,
    "pair-edit": HELD,
    "pair-end": HELD,
    "pair-sit": HELD,
    "pair-sheet": HELD,
    "plan-draft": HELD,
    "plan-change": HELD,
    "plan-discard": HELD,
    "plan-adopt": HELD,
    "pair-note": HELD,
    "sitting-edit": HELD,
    "calendar": OURS,
    "calendar-week": OURS,
    "feeds": OURS,
    "feed-end": COMMON,
    "gatherings": OURS,
    "gathering-new": OURS,
    "gathering": HELD,
    "gathering-edit": HELD,
    "gathering-cancel": HELD,
    "gathering-after-all": HELD,
    "gathering-drop": HELD,
    "gathering-drop-all": HELD,
    "gathering-last": HELD,
    "gathering-coming": HELD,
    "gathering-ask": HELD,
    "gathering-tap": HELD,
    "gathering-came": HELD,
    "gathering-tick": HELD,
    "gathering-sheet": HELD,
    "gathering-follow-up": HELD,
    "all-minutes": OURS,
    "agenda": HELD,
    "agenda-order": HELD,
    "agenda-templates": HELD,
    "agenda-keep": HELD,
    "agenda-template-drop": HELD,
    "agenda-item-new": HELD,
    "agenda-item": HELD,
    "agenda-item-off": HELD,
    "agenda-item-rest": HELD,
    "meeting": HELD,
    "meeting-next": HELD,
    "meeting-end": HELD,
    "meeting-decided": HELD,
    "meeting-agreed": HELD,
    "meeting-raised": HELD,
    "minutes": HELD,
    "minutes-adopt": HELD,
    "minutes-correct": HELD,
    "minutes-black-out": HELD,
    "minute": HELD,
    "minute-out": HELD,
    "ask": HELD,
    "ask-drop": HELD,
    "role-new": HELD,
    "role": HELD,
    "role-remove": HELD,
    "duty": HELD,
    "duty-edit": HELD,
    "duty-unloved": HELD,
    "duty-retire": HELD,
    "duty-cant": HELD,
    "duty-day": HELD,
    "duty-done": HELD,
    "turn": HELD,
    "turn-done": HELD,
    "turn-take": HELD,
    "turn-cant": HELD,
    "turn-swap": HELD,
    "turn-drop": HELD,
    "todo": HELD,
    "todo-done": HELD,
    "todo-move": HELD,
    "todo-let-go": HELD,
    "import": HELD,
    "import-step": HELD,
    "import-cancel": HELD,
    "import-undo": HELD,
    "import-waiting": HELD,
    "import-known": HELD,
    "import-problems": HELD,
    "import-problems-file": HELD,
}
NEEDS = {
    ANYBODY: NOBODY,
    WAITERS: WAITING,
    OWN: WAITING,
    OURS: MEMBER,
    HELD: MEMBER,
    COMMON: MEMBER,
    COORDINATORS: COORDINATOR,
}
LOCKED_OUT = ("nobody", "invited", "locked", "put out", "with old keys")
SECRET = "Zsófia of the night shift"


@dataclass
class World:
    """Ana's place, with one record of each kind, and who calls: see `callers`. Guests come with the fliers."""

    ana: Someone
    ids: dict[str, UUID] = field(default_factory=dict)
    callers: dict[str, Client] = field(default_factory=dict)
    someones: list[Someone] = field(default_factory=list)
    circle: UUID = field(default_factory=uuid4)

    def args(self, pattern: URLPattern) -> dict[str, UUID]:
        return {name: self.ids[name] for name in pattern.pattern.converters}


def make_world() -> World:
    ana = found("Ana")
    ben, dee, eve, cy = join(ana, "Ben"), join(ana, "Dee"), join(ana, "Eve"), found("Cy")
    fay, gil, hal = join(ana, "Fay"), join(ana, "Gil"), join(ana, "Hal")
    world = World(ana, someones=[ana, ben, dee, eve, fay, gil, hal, cy])
    wen, again = wait_outside(ana, "Wen"), wait_outside(ana, "Gil", for_member=gil.member)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        fill_place(world)
        change_role(by=ana.member, at=AT, member=theirs(fay), role=Member.Role.COORDINATOR)
        known = again.workspace.keys.public.fingerprint
        confirm(by=ana.member, at=AT, invitation=again.invitation, known=known)
        let_go(by=ana.member, at=AT, member=theirs(dee))
        _, code = invite(by=ana.member, at=clock.now(), name="Xu")
    world.ids["member_id"] = hal.member.pk  # who may be let go, made a coordinator, given new keys
    sessions.end_all(eve.workspace.holder)
    world.callers = {
        "nobody": Client(),
        "invited": with_code(code),
        "locked": eve.client,
        "put out": dee.client,
        "with old keys": gil.client,
        "waiting": wen.client,
        "outside": ben.client,
        "coordinating": fay.client,
        "elsewhere": cy.client,
        "inside": ana.client,
    }
    return world


def theirs(someone: Someone) -> Member:
    return Member.objects.get(pk=someone.member.pk)


def with_code(code: str) -> Client:
    """Somebody invited, who has typed the code and sees their words."""
    client = Client()
    assert client.post("/join", {"step": "code", "code": code}).status_code == 302
    return client


def fill_place(world: World) -> None:
    me = world.ana.member
    site = open_site(by=me, at=AT, kind="workplace", name=f"Warehouse, {SECRET}")
    unit, shift = (
        add_unit(by=me, at=AT, site=site, name=SECRET),
        add_shift(by=me, at=AT, site=site, name=SECRET),
    )
    person = add_person(by=me, at=AT, site=site, name=SECRET, unit=unit, shift=shift)
    link = take_on(by=me, at=AT, person=person, member=me, rhythm_days=14)
    link = link if isinstance(link, Link) else Link.objects.get()
    known: dict[Any, Any] = {Site: site, Unit: unit, Shift: shift, Person: person, Link: link, Member: me}
    known[Space] = Space.objects.get()
    with act("filled", at=AT):
        made = fill_all(site.circle, SECRET, known, plainly=True)
        Import.objects.update(state=Import.State.DONE, finished_at=AT)
    with act("one's own", at=AT):
        Device.objects.update(circle=world.ana.workspace.own_circle)
        Note.objects.update(circle=world.ana.workspace.own_circle)
    ids = {f"{r.kind.replace('to_do', 'todo')}_id": r.pk for r in [*known.values(), *made]}
    world.circle = site.circle
    world.ids = {**ids, "act_id": history.recent(limit=1)[0].id}


# --- what is looked at -----------------------------------------------------------------------------


def patterns(urlconf: Any = None) -> Iterator[URLPattern]:
    """Every address of the program, however deep."""

    def walk(found: list[Any]) -> Iterator[URLPattern]:
        for one in found:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns)
            else:
                yield one

    found = list(walk(get_resolver(urlconf).url_patterns))
    last = {"alarm": 1, "lock": 2}  # nobody is in after them
    yield from sorted(found, key=lambda pattern: last.get(str(pattern.name), 0))


def faults(world: World, only: Any = None) -> list[str]:
    """Everything that is wrong with the doors (or with those of one view), each in a line."""
    found: list[str] = []
    for pattern in patterns():
        if only in (None, pattern.callback):
            wrong = list(declared_wrongly(pattern, world)) or list(opened_wrongly(pattern, world))
            found += [f"{pattern.name} ({pattern.pattern}): {fault}" for fault in wrong]
    return found


def declared_wrongly(pattern: URLPattern, world: World) -> Iterator[str]:
    needs = getattr(pattern.callback, "needs", None)
    if pattern.name not in DOORS:
        yield f"{pattern.name} isn't listed in DOORS"
    elif needs != NEEDS[DOORS[pattern.name]]:
        yield f"is for {DOORS[pattern.name]}, but its page needs {needs}"
    for name, converter in pattern.pattern.converters.items():
        if not isinstance(converter, UUIDConverter) or name not in world.ids:
            yield f"no example of {name}"
        elif DOORS.get(str(pattern.name)) not in (HELD, COMMON, OWN):
            yield "has the id of a record in its address, so it must be for those who hold it"


def opened_wrongly(pattern: URLPattern, world: World) -> Iterator[str]:
    address = reverse(str(pattern.name), kwargs=world.args(pattern))
    door, methods = DOORS[str(pattern.name)], pattern.callback.methods  # type: ignore[attr-defined]
    for caller, client in world.callers.items():
        if caller == "inside":
            continue
        for method in methods:
            before = stored(world)
            answer = ask(client, method, address, world)
            if not fits(answer, door, caller):
                yield f"{method} by {caller}: {answer.status_code} {answer.headers.get('Location', '')}"
            if SECRET in answer.content.decode("utf-8", "replace"):
                yield f"{method} by {caller}: shows what they may not read"
            if stored(world) != before:
                yield f"{method} by {caller}: changed what they may not change"


def ask(client: Client, method: str, address: str, world: World) -> Any:
    """A request that names, beside the address, every id of Ana's there is."""
    named = {name.removesuffix("_id"): str(id) for name, id in world.ids.items()}
    named |= {f"{name}s": id for name, id in named.items()} | world_text(named)
    if method == "POST":  # in one piece: taken apart in parts, two hundred fields take longer than the page
        return client.post(address, urlencode(named), content_type="application/x-www-form-urlencoded")
    return getattr(client, method.lower())(address, named)


def world_text(named: dict[str, str]) -> dict[str, str]:
    return {"name": "x", "what": "x", "words": "x", "q": SECRET[:6], "due": "2026-04-01", "how": "talked"} | {
        f"{name}_id": id for name, id in named.items()
    }


def stored(world: World) -> dict[str, int]:
    """Ana's place on the disk: whatever is written there has a new `seq`."""
    return Row.objects.filter(circle=world.circle).aggregate(Count("id"), Max("seq"), Sum("version"))


def fits(answer: Any, door: str, caller: str) -> bool:
    status: int = answer.status_code
    to: str = answer.headers.get("Location", "")
    if status >= 500:
        return False
    if door == ANYBODY:
        return True
    if caller in LOCKED_OUT:
        return (status == 302 and to.startswith("/unlock")) or status == 401
    if caller == "waiting" and NEEDS[door] != WAITING:
        return status == 302 and to == "/waiting"
    if door in (HELD, OWN):
        return status == 404
    if door == COMMON and caller == "elsewhere":
        return status == 404
    if door == COORDINATORS:
        return status == 403 if caller == "outside" else status in (200, 302, 422)
    return status in (200, 302, 303, 400, 404, 405, 422) or (door == COMMON and status == 403)


# --- the tests -----------------------------------------------------------------------------------


def test_every_door_opens_for_those_it_is_for_and_for_nobody_else(world: World):
    found = faults(world)
    assert not found, "\n".join(found)


def test_every_door_that_is_listed_is_there():
    assert set(DOORS) == {pattern.name for pattern in patterns()}


def test_who_is_inside_can_open_every_door(world: World):
    for pattern in patterns():
        address = reverse(str(pattern.name), kwargs=world.args(pattern))
        if "GET" in pattern.callback.methods:  # type: ignore[attr-defined]
            answer = world.ana.client.get(address)
            allowed = (
                (401,) if pattern.name == "calendar-feed" else (200, 302)
            )  # a cookie opens nothing there
            assert answer.status_code in allowed, f"{address}: {answer.status_code}"
            assert not answer.headers.get("Location", "").startswith("/unlock?"), address


def test_ids_that_exist_nowhere_arent_there(world: World):
    for pattern in patterns():
        if DOORS.get(str(pattern.name)) in (HELD, COMMON, OWN):
            address = reverse(
                str(pattern.name), kwargs={name: uuid4() for name in pattern.pattern.converters}
            )
            for method in pattern.callback.methods:  # type: ignore[attr-defined]
                assert ask(world.ana.client, method, address, world).status_code == 404, address


def test_no_form_is_taken_without_its_token(world: World):
    client = Client(enforce_csrf_checks=True)
    client.cookies[django_settings.SESSION_COOKIE] = world.ana.client.cookies[
        django_settings.SESSION_COOKIE
    ].value
    for pattern in patterns():
        before = stored(world)
        answer = client.post(reverse(str(pattern.name), kwargs=world.args(pattern)), {"name": "x"})
        assert answer.status_code == 403, pattern.name
        assert stored(world) == before
    assert client.get("/").status_code == 200


def test_nothing_may_be_kept_framed_or_sent_on(world: World):
    for client in (world.callers["nobody"], world.ana.client):
        for address in ("/", "/unlock", "/people", "/nothing-here", "/us/protected"):
            answer = client.get(address)
            assert answer.headers["Cache-Control"] == "no-store", address
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "script" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=", answer.content.decode()), address


def test_a_page_unlocked_in_one_browser_doesnt_open_for_a_cookie_made_up(world: World):
    token = world.ana.client.cookies[django_settings.SESSION_COOKIE].value
    for made_up in ("x", token[:-1], token + "0", token.swapcase(), "é", "." * 100):
        client = Client()
        client.cookies[django_settings.SESSION_COOKIE] = made_up
        assert client.get("/people").status_code == 302


# --- planted ---------------------------------------------------------------------------------------


@page(NOBODY)
def forgot_the_lock(request: HttpRequest, **ids: UUID) -> HttpResponse:
    return HttpResponse("open to anybody")


@page(MEMBER)
def looks_past_the_circle(request: HttpRequest, site_id: UUID) -> HttpResponse:
    return HttpResponse(f"{site_id}")


@page(WAITING)
def lets_newcomers_in(request: HttpRequest, **ids: UUID) -> HttpResponse:
    return HttpResponse("open to whoever waits")


def no_page_at_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to anybody")


def urlconf_with(*planted: URLPattern) -> ModuleType:
    module = ModuleType("tests.planted_urls")
    real = __import__(django_settings.ROOT_URLCONF, fromlist=["urlpatterns"])
    module.urlpatterns = [*planted, *real.urlpatterns]  # type: ignore[attr-defined]
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(module, name, getattr(real, name))
    return module


@pytest.mark.parametrize(
    "planted, says",
    [
        (path("secret-door", forgot_the_lock, name="secret-door"), "isn't listed"),
        (path("people", forgot_the_lock, name="people"), "needs nobody"),
        (path("places/<uuid:site_id>", looks_past_the_circle, name="place"), "GET by outside: 200"),
        (path("places/<uuid:site_id>", forgot_the_lock, name="place"), "needs nobody"),
        (path("us", no_page_at_all, name="us"), "needs None"),
        (path("people", lets_newcomers_in, name="people"), "needs waiting"),
        (
            path("people/<uuid:person_id>/all", looks_past_the_circle, name="people"),
            "must be for those who hold it",
        ),
        (path("people/<str:word>", forgot_the_lock, name="person"), "no example of word"),
    ],
)
def test_a_planted_open_door_is_found(world: World, planted: URLPattern, says: str):
    with override_settings(ROOT_URLCONF=urlconf_with(planted)):
        clear_url_caches()
        found = faults(world, only=planted.callback)
    clear_url_caches()
    assert any(says in fault for fault in found), found


def test_a_view_that_doesnt_say_whom_it_needs_is_refused(world: World):
    with override_settings(ROOT_URLCONF=urlconf_with(path("bare", no_page_at_all, name="bare"))):
        clear_url_caches()
        for client in world.callers.values():
            answer = client.get("/bare")
            assert answer.status_code == 404
            assert b"open to anybody" not in answer.content
    clear_url_caches()
