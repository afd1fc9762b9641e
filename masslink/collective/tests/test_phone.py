"""This phone: the name and icon it shows, a phone that others use too, and the page to hide behind."""

import json
import re
import struct

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from masslink.collective.look import LONGEST_NAME, Look, look_of, presets
from masslink.collective.tests.test_unlocking import Clock, carry, clock, token, unlock
from masslink.conftest import Someone
from masslink.vault.sessions import made_for, sessions

__all__ = ["clock"]
FORGET = '"cache", "cookies", "storage"'
WORDS = "She said: not one more Saturday."

# --- name and icon -------------------------------------------------------------------------------


def choose(client: Client, **chosen: str):
    return client.post("/us/this-phone", {"name": "", "own": "", "icon": "notes", **chosen})


def title(page: str) -> str:
    return "".join(re.findall("<title>(.*?)</title>", page)[:1])


def test_nobody_has_to_choose_to_be_unremarkable(ana: Someone, client: Client) -> None:
    for page in (client.get("/unlock").text, client.get("/page").text, ana.client.get("/").text):
        head = page.partition("</head>")[0]
        assert title(page) == "Notes"
        assert "Masslink" not in head.replace("masslink/masslink", "")
        assert "icon-notes.svg" in head


def test_a_chosen_name_and_icon_stand_everywhere_on_this_phone_and_on_no_other(ana: Someone) -> None:
    answer = choose(ana.client, name="Recipes", icon="pot")
    cookie = answer.cookies[settings.LOOK_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["max-age"] > 300 * 24 * 3600
    for address in ("/", "/page", "/us/this-phone", "/nowhere"):
        page = ana.client.get(address).text
        assert "icon-pot.svg" in page and "icon-pot-180.png" in page
        assert "Recipes" in page.partition("</head>")[0]
    assert "No recipes yet." in ana.client.get("/page").text
    assert title(Client().get("/unlock").text) == "Notes"


def test_it_can_be_chosen_before_unlocking_and_taken_back(ana: Someone, client: Client) -> None:
    assert 'href="/us/this-phone"' in client.get("/unlock").text
    assert choose(client, own="Bus times", icon="list").status_code == 302
    assert title(client.get("/unlock").text) == "Bus times"
    assert "checked" in client.get("/us/this-phone").text
    assert client.post("/us/this-phone", {"usual": "1"}).status_code == 302
    assert title(client.get("/unlock").text) == "Notes"


@pytest.mark.parametrize("chosen", [{"own": "x" * (LONGEST_NAME + 1)}, {"icon": "fist"}, {"name": "Union"}])
def test_what_is_none_of_ours_is_refused(
    client: Client, transactional_db: None, chosen: dict[str, str]
) -> None:
    answer = choose(client, **chosen)
    assert answer.status_code == 422
    assert settings.LOOK_COOKIE not in client.cookies


@pytest.mark.parametrize(
    "cookie",
    ["", "~", "notes", "fist~Notes", "../x~Notes", "notes~%00%0a", f"notes~{'x' * 99}", "notes~%ff%fe"],
)
def test_a_cookie_that_isnt_ours_changes_nothing_else(
    client: Client, transactional_db: None, cookie: str
) -> None:
    client.cookies[settings.LOOK_COOKIE] = cookie
    page = client.get("/unlock")
    assert page.status_code == 200
    assert "icon-notes.svg" in page.text


def test_a_name_is_shown_as_text() -> None:
    look = Look("<b>&~'", "book")
    assert look_of({settings.LOOK_COOKIE: look.to_cookie()}) == look
    client = Client()
    client.cookies[settings.LOOK_COOKIE] = look.to_cookie()
    assert "<b>&~" not in client.get("/page").text


def test_the_home_screen_gets_the_same_name_and_icon(client: Client) -> None:
    client.cookies[settings.LOOK_COOKIE] = Look("Bus times", "calendar").to_cookie()
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert (told["name"], told["short_name"], told["display"], told["start_url"]) == (
        "Bus times",
        "Bus times",
        "standalone",
        "/",
    )
    assert {icon["sizes"] for icon in told["icons"]} == {"any", "192x192", "512x512"}
    assert all("icon-calendar" in icon["src"] for icon in told["icons"])
    assert "asslink" not in json.dumps(told).replace("static/masslink", "")


def test_every_icon_is_drawn_in_every_size() -> None:
    for preset in presets():
        look = Look(preset.name, preset.icon)
        assert finders.find(look.svg)
        for size in (180, 192, 512):
            with open(finders.find(look.png(size)), "rb") as file:  # type: ignore[arg-type]
                data = file.read()
            assert struct.unpack(">II", data[16:24]) == (size, size)
            assert len(data) < 16_000


# --- a shared phone ------------------------------------------------------------------------------


@pytest.fixture
def shared(ana: Someone, client: Client, clock: Clock) -> Client:
    """A browser in which Ana said that others use this phone too."""
    assert unlock(client, ana, shared="on").status_code == 302
    return client


def test_it_locks_after_five_minutes(shared: Client, clock: Clock, ana: Someone) -> None:
    other = Client()
    unlock(other, ana)
    assert f'data-idle-seconds="{settings.SHARED_IDLE_SECONDS}"' in shared.get("/us").text
    clock.now += settings.SHARED_IDLE_SECONDS - 1
    assert shared.get("/us").status_code == 200
    clock.now += settings.SHARED_IDLE_SECONDS + 1
    assert shared.get("/us").status_code == 302
    assert other.get("/us").status_code == 200


def test_locking_has_the_browser_forget_everything(shared: Client, ana: Someone) -> None:
    answer = shared.post("/lock")
    assert answer.headers["Clear-Site-Data"] == FORGET
    assert answer.headers["Location"] == "/unlock"
    assert answer.cookies[settings.SESSION_COOKIE]["max-age"] == 0
    assert "Clear-Site-Data" not in shared.get("/unlock").headers  # with its form, which needs a cookie
    assert "Clear-Site-Data" not in ana.client.post("/lock").headers


def test_so_does_the_idle_lock_and_unlocking_again_is_not_forgotten(
    shared: Client, clock: Clock, ana: Someone
) -> None:
    clock.now += settings.SHARED_IDLE_SECONDS + 1
    again = Client()
    again.cookies[settings.SESSION_COOKIE] = token(shared)
    assert shared.get("/us").headers["Clear-Site-Data"] == FORGET
    answer = unlock(again, ana, shared="on")
    assert "Clear-Site-Data" not in answer.headers
    assert again.get("/us").status_code == 200


def test_what_was_typed_on_it_is_carried_nowhere(
    shared: Client, clock: Clock, ana: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not made_for(token(shared), ana.workspace.keys)
    clock.now += settings.SHARED_IDLE_SECONDS + 1
    assert carry(shared, monkeypatch, typed=WORDS) == {}


def test_it_keeps_no_cookie_beyond_the_session(shared: Client) -> None:
    answer = choose(shared, name="Recipes", icon="pot")
    assert settings.LOOK_COOKIE not in answer.cookies
    assert "nothing is kept on it" in answer.text
    shared.get("/us")
    assert not [name for name, cookie in shared.cookies.items() if cookie["max-age"] or cookie["expires"]]


def test_wrong_words_leave_the_tick_where_it_was(ana: Someone, client: Client) -> None:
    again = client.post("/unlock", {"login": ana.login, "passphrase": "no", "shared": "on"}).text
    assert re.search(r'<input type="checkbox" name="shared"[^>]* checked', again)


# --- hiding --------------------------------------------------------------------------------------


def test_nothing_is_shown_behind_the_empty_page_until_its_button_is_pressed(ana: Someone) -> None:
    address = re.findall(r'data-hide-url="([^"]+)"', ana.client.get("/us").text)[0]
    assert ana.client.get(address).status_code == 200
    for page in ("/", "/us", "/people", "/us/protected", "/unlock"):
        assert ana.client.get(page).headers["Location"] == "/page"
    part = ana.client.get("/people", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, "/page")
    assert ana.client.post("/page").headers["Location"] == "/"
    assert ana.client.get("/us").status_code == 200


def test_another_phone_of_theirs_stays_as_it_is(ana: Someone) -> None:
    other = Client()
    other.cookies[settings.SESSION_COOKIE] = sessions.start(ana.workspace)
    ana.client.get("/page?new")
    assert other.get("/us").status_code == 200


def test_the_empty_page_can_be_looked_at_without_hiding(ana: Someone) -> None:
    ana.client.get("/page")
    assert ana.client.get("/us").status_code == 200


# --- which server --------------------------------------------------------------------------------


def test_the_fingerprint_can_be_seen_before_unlocking(ana: Someone, client: Client) -> None:
    with override_settings(FINGERPRINT="0123456789ABCDEF" * 4):
        assert 'href="/server"' in client.get("/unlock").text
        page = client.get("/server").text
    assert page.count("<span>0123</span>") == 4
    assert "no certificate of its own" in client.get("/server").text
