"""A server for one network: its addresses, its certificate, and when that is made anew."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command

from masslink.collective.tests.paper import qr_of_terminal
from masslink.core.qr import qr_terminal
from masslink.management import lan

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
HOME, MEETING = "192.168.1.5", "10.20.0.7"


def read(made: lan.Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.cert.read_bytes())


def alternative_names(made: lan.Certificate) -> list[str]:
    extension = read(made).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(one.value) for one in extension.value]


def test_it_is_made_once_and_its_key_is_the_owners_alone(tmp_path: Path) -> None:
    made = lan.certificate(tmp_path / "lan", lan.names([HOME]), NOW)
    assert made.news
    assert made.key.stat().st_mode & 0o777 == made.cert.stat().st_mode & 0o777 == 0o600
    assert made.key.parent.stat().st_mode & 0o777 == 0o700
    assert {HOME, "127.0.0.1", "localhost"} <= set(alternative_names(made))
    key = read(made).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    again = lan.certificate(tmp_path / "lan", lan.names([HOME]), NOW + timedelta(days=300))
    assert (again.fingerprint, again.news) == (made.fingerprint, "")


def test_the_fingerprint_is_the_one_browsers_compute(tmp_path: Path) -> None:
    made = lan.certificate(tmp_path, [HOME], NOW)
    assert made.fingerprint == sha256(ssl.PEM_cert_to_DER_cert(made.cert.read_text())).hexdigest().upper()
    assert "".join(lan.grouped(made.fingerprint)).replace(" ", "") == made.fingerprint
    assert [len(line.split()) for line in lan.grouped(made.fingerprint)] == [4] * 4


def test_a_new_address_makes_it_anew_and_going_back_does_not(tmp_path: Path) -> None:
    first = lan.certificate(tmp_path, lan.names([HOME]), NOW)
    second = lan.certificate(tmp_path, lan.names([MEETING]), NOW)
    assert second.fingerprint != first.fingerprint
    assert MEETING in second.news and "compare it again" in second.news
    assert {HOME, MEETING} <= set(alternative_names(second))
    back = lan.certificate(tmp_path, lan.names([HOME]), NOW)
    assert (back.fingerprint, back.news) == (second.fingerprint, "")


@pytest.mark.parametrize("days, anew", [(300, False), (lan.DAYS - lan.RENEWED_BEFORE + 1, True), (500, True)])
def test_it_is_made_anew_before_it_runs_out(tmp_path: Path, days: int, anew: bool) -> None:
    first = lan.certificate(tmp_path, [HOME], NOW)
    later = lan.certificate(tmp_path, [HOME], NOW + timedelta(days=days))
    assert (later.fingerprint != first.fingerprint) == anew == bool(later.news)
    assert read(later).not_valid_after_utc > NOW + timedelta(days=days)


@pytest.mark.parametrize("name", ["key.pem", "certificate.pem"])
def test_a_broken_or_foreign_file_is_replaced(tmp_path: Path, name: str) -> None:
    lan.certificate(tmp_path / "other", [HOME], NOW)
    for text in (b"not a certificate", b"", (tmp_path / "other" / name).read_bytes()):
        before = lan.certificate(tmp_path, [HOME], NOW)
        (tmp_path / name).write_bytes(text)
        made = lan.certificate(tmp_path, [HOME], NOW)
        assert "couldn't be read" in made.news
        assert made.fingerprint != before.fingerprint
        assert not lan.certificate(tmp_path, [HOME], NOW).news


def test_addresses_are_found_without_a_word_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("something was sent")

    for sending in ("send", "sendto", "sendall", "sendmsg"):
        monkeypatch.setattr(socket.socket, sending, refuse, raising=False)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, refuse)
    found = lan.addresses()
    assert len(set(found)) == len(found)
    assert not [one for one in found if one.startswith(("127.", "169.254.", "0."))]


def test_an_address_that_everybody_may_reach_is_noticed() -> None:
    assert lan.from_everywhere([HOME, "8.8.8.8", "100.64.1.1", "somewhere"]) == ["8.8.8.8"]


def test_the_console_shows_a_code_with_address_and_fingerprint() -> None:
    told = f"https://{HOME}:8000/server#{'0123456789ABCDEF' * 4}"
    assert qr_of_terminal(qr_terminal(told).splitlines()) == told
    assert max(map(len, qr_terminal(told).splitlines())) < 70


@pytest.mark.parametrize(
    "options",
    [{"lan": True, "cert": Path("x")}, {"host": "0.0.0.0"}, {"host": HOME}, {"lan": True, "key": Path("x")}],
)
def test_what_would_be_open_or_doubtful_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        call_command("serve", **options)


def test_in_no_network_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "addresses", list)
    with pytest.raises(CommandError, match="in no network"):
        call_command("serve", lan=True)
