"""Two phones at a server in one network; a shared phone; and hiding with one thumb: in real browsers."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from masslink.management.lan import grouped
from masslink.vault.tests import databases
from tests.browser import PHONE, QUIET, Server, ask, faults, serving, too_wide

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent
FILL = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "masslink.config.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from masslink.conftest import AT, found, join
from masslink.sites.acts import give_access, open_site
ana = found("Ana")
ben = join(ana, "Ben")
with ana.workspace.bound():
    site = open_site(by=ana.member, at=AT, kind="workplace", name="Warehouse")
    give_access(by=ana.member, at=AT, site=site, member=ben.member)
print(site.pk)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A place of Ana's and Ben's, served to the network that is this machine."""
    data = tmp_path_factory.mktemp("lan")
    told = {"MASSLINK_DATA": str(data), "MASSLINK_ARGON2_KIB": "1024", "PYTHONPATH": str(ROOT)}
    told |= databases.environment(data)
    filled = subprocess.run(
        [sys.executable, "-c", FILL], env={**os.environ, **told}, capture_output=True, text=True, check=True
    )
    with serving(data, "--lan", "--host", "127.0.0.1") as server:
        yield server, filled.stdout.strip()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@contextmanager
def phone(playwright: Playwright, profile: Path, server: Server) -> Iterator[BrowserContext]:
    """A browser with a profile of its own on the disk, as another phone has."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=os.environ.get("MASSLINK_CHROMIUM") or shutil.which("chromium"),
        args=QUIET,
        ignore_https_errors=True,
        viewport=PHONE,  # type: ignore[arg-type]
        has_touch=True,
        base_url=server.address,
    )
    try:
        yield context
    finally:
        context.close()


def unlock(page: Page, name: str, *, shared: bool = False) -> None:
    page.goto("/unlock")
    page.get_by_label("Login name").fill(f"{name.lower()}-login")
    page.get_by_label("Your six words").fill(f"{name.lower()} six words")
    if shared:
        page.get_by_label("This is a shared phone").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Unlock").click()
    expect(page).to_have_url(re.compile(r"/$"))


def test_two_phones_see_each_others_writing(
    served: tuple[Server, str], playwright: Playwright, tmp_path: Path
) -> None:
    server, site = served
    with phone(playwright, tmp_path / "a", server) as a, phone(playwright, tmp_path / "b", server) as b:
        ana, ben = a.new_page(), b.new_page()
        unlock(ana, "Ana")
        unlock(ben, "Ben")
        for writer, reader, name in ((ana, ben, "Marisol"), (ben, ana, "Andrzej")):
            writer.goto(f"/places/{site}/names")
            writer.locator("[name=names]").fill(name)
            writer.get_by_role("button", name="Show me the chart").click()
            expect(writer.get_by_text(name).first).to_be_visible()
            reader.goto("/people")
            expect(reader.get_by_text(name).first).to_be_visible()
        cookies = {cookie["name"]: cookie for cookie in a.cookies()}
        assert not [
            name for name, one in cookies.items() if not (name.startswith("__Host-") and one["secure"])
        ]
        assert "__Host-masslink" in cookies


def test_the_console_and_the_page_show_the_certificates_fingerprint(
    served: tuple[Server, str], playwright: Playwright, tmp_path: Path
) -> None:
    server, _ = served
    where = urlsplit(server.address)
    certificate = ssl.get_server_certificate((str(where.hostname), where.port or 443))
    digest = x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256()).hex().upper()
    said = "".join(server.said)
    assert all(line in said for line in grouped(digest))
    assert said.count("█") > 100
    with phone(playwright, tmp_path, server) as context:
        page = context.new_page()
        page.goto("/server")
        assert re.sub(r"\s", "", page.locator(".fingerprint").inner_text()) == digest
        assert not faults(page)
        assert not too_wide(page)


def test_without_tls_it_answers_nothing_and_to_other_names_neither(served: tuple[Server, str]) -> None:
    where = urlsplit(served[0].address)
    with socket.create_connection((where.hostname, where.port), timeout=30) as plain:
        plain.sendall(f"GET /unlock HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        assert b"HTTP/" not in plain.recv(4096)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((where.hostname, where.port), timeout=30) as below,
        context.wrap_socket(below) as connection,
    ):
        connection.sendall(b"GET /unlock HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 400")


def test_a_shared_phone_forgets_everything_when_it_is_locked(
    served: tuple[Server, str], playwright: Playwright, tmp_path: Path
) -> None:
    with phone(playwright, tmp_path, served[0]) as context:
        page = context.new_page()
        unlock(page, "Ben", shared=True)
        ask(page, "localStorage.setItem('left', 'behind')")
        page.goto("/us")
        assert context.cookies()
        with page.expect_navigation():
            page.get_by_role("button", name="Lock now").last.click()
        expect(page.get_by_label("Login name")).to_be_visible()
        assert ask(page, "localStorage.length") == 0
        assert [cookie["name"] for cookie in context.cookies()] == ["__Host-masslink-form"]
        unlock(page, "Ben", shared=True)  # the form still works


def tap(page: Page, times: int) -> None:
    box = page.get_by_role("heading", level=1).bounding_box()
    assert box
    for _ in range(times):
        page.touchscreen.tap(box["x"] + 10, box["y"] + box["height"] / 2)


def hide(page: Page, hidden: Callable[[], bool]) -> None:
    """Three quick taps; three more where the machine was too slow for them to count as quick."""
    for tenth in range(100):
        if hidden():
            return
        if tenth % 10 == 0 and page.get_by_role("heading", level=1).is_visible():
            tap(page, 3)
        page.wait_for_timeout(100)
    raise AssertionError("taps hide nothing")


def test_three_taps_hide_and_back_doesnt_show_it_again(
    served: tuple[Server, str], playwright: Playwright, tmp_path: Path
) -> None:
    with phone(playwright, tmp_path, served[0]) as context:
        page = context.new_page()
        unlock(page, "Ben")
        page.goto("/people")
        page.goto("/us")
        tap(page, 2)
        page.wait_for_timeout(1000)
        tap(page, 1)
        assert page.url.endswith("/us"), "slow taps hide nothing"
        hide(page, lambda: not page.url.endswith("/us"))
        nothing = page.get_by_text("No notes yet.")
        expect(nothing).to_be_visible()
        for _ in range(3):
            page.go_back()
            if page.url == "about:blank":
                break
            expect(nothing).to_be_visible()
            expect(page.get_by_text("Ana")).to_have_count(0)
        page.goto("/us")
        expect(nothing).to_be_visible()
        page.get_by_role("button", name="Notes").click()
        page.goto("/us")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ana's collective")


WATCH = """new MutationObserver(
    () => console.log(`${document.body.hidden ? "hidden" : "shown"}, '${document.title.trim()}'`)
).observe(document.body, { attributes: true })"""


def test_the_page_goes_blank_before_a_slow_server_answers(
    served: tuple[Server, str], playwright: Playwright, tmp_path: Path
) -> None:
    with phone(playwright, tmp_path, served[0]) as context:
        page = context.new_page()
        unlock(page, "Ben")
        page.route("**/page?new", lambda route: None)  # never answered
        page.goto("/us")
        seen: list[str] = []
        page.on("console", lambda message: seen.append(message.text))
        ask(page, WATCH)
        hide(page, lambda: bool(seen))
        page.wait_for_timeout(500)
        assert seen == ["hidden, ''"]
