"""Serving phones in the same network: this machine's addresses there, and a certificate of its own.

No other host is asked: addresses come from the system, and nobody but this machine vouches for the certificate.
That is why people compare its fingerprint.
"""

import fcntl
import ipaddress
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = ("127.0.0.1", "localhost")
DAYS, RENEWED_BEFORE = 397, 30  # browsers distrust certificates that last longer
KEPT = 12  # earlier addresses: who meets here and there by turns needn't compare each time
NOT_A_NETWORK = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "tun", "tap", "wg")
_SIOCGIFADDR = 0x8915  # netdevice(7)

# --- where ---------------------------------------------------------------------------------------


def addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, the one with the way out first."""
    found = [_towards_others(), *(_of(name) for _, name in socket.if_nameindex())]
    return [one for one in dict.fromkeys(found) if one and _may_be_reached(one)]


def _towards_others() -> str:
    """The address that packets to elsewhere would bear. Connecting a UDP socket sends none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody (RFC 5737)
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _of(interface: str) -> str:
    if interface.startswith(NOT_A_NETWORK):
        return ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            answer = fcntl.ioctl(asking, _SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
        except OSError:  # it has none, or the system isn't Linux
            return ""
    return socket.inet_ntoa(answer[20:24])


def _may_be_reached(address: str) -> bool:
    known = ipaddress.ip_address(address)
    return not (known.is_loopback or known.is_link_local or known.is_unspecified)


def from_everywhere(found: Sequence[str]) -> list[str]:
    """Those addresses that don't belong to a private network."""
    return [one for one in found if (known := _address(one)) and known.is_global]


def names(found: Sequence[str]) -> list[str]:
    """All names this server answers to: its addresses, its host name, and this machine itself."""
    host = socket.gethostname().partition(".")[0].lower()
    own = [host, f"{host}.local"] if host and host != "localhost" and host.isascii() else []
    return list(dict.fromkeys([*found, *own, *HERE]))


# --- certificate ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate and its key; `news` says why it was made just now."""

    cert: Path
    key: Path
    fingerprint: str
    news: str = ""


def certificate(folder: Path, wanted: Sequence[str], now: datetime) -> Certificate:
    """The certificate that lies in this folder, made anew where it doesn't fit any more."""
    cert, key = folder / "certificate.pem", folder / "key.pem"
    known, news = _look(cert, key, wanted, now)
    if news:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(cert, key, list(dict.fromkeys([*wanted, *known]))[: len(wanted) + KEPT], now)
    return Certificate(cert, key, fingerprint(cert), news)


def fingerprint(cert: Path) -> str:
    """SHA-256 of a certificate in PEM, as browsers show it; the first one of a chain."""
    return x509.load_pem_x509_certificates(cert.read_bytes())[0].fingerprint(hashes.SHA256()).hex().upper()


def grouped(text: str) -> list[str]:
    """A fingerprint in lines of four groups of four, to be read aloud."""
    fours = [text[at : at + 4] for at in range(0, len(text), 4)]
    return [" ".join(fours[at : at + 4]) for at in range(0, len(fours), 4)]


def _look(cert: Path, key: Path, wanted: Sequence[str], now: datetime) -> tuple[list[str], str]:
    """The names the present certificate is for, and why it has to be made anew, if it has."""
    if not cert.exists():
        return [], "This machine has made itself a certificate."
    try:
        known = x509.load_pem_x509_certificate(cert.read_bytes())
        private = load_pem_private_key(key.read_bytes(), None)
        if private.public_key() != known.public_key():
            raise ValueError
        said = [
            str(one.value)
            for one in known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        ]
    except (OSError, ValueError, x509.ExtensionNotFound):
        return (
            [],
            "The certificate couldn't be read, so a new one was made. Its fingerprint is new: compare it again.",
        )
    if known.not_valid_after_utc - now < timedelta(days=RENEWED_BEFORE):
        return (
            said,
            "The certificate was about to run out, so a new one was made. Its fingerprint is new: compare it again.",
        )
    if missing := [one for one in wanted if one not in said]:
        return said, (
            f"This machine is at a new address ({', '.join(missing)}), so a new certificate was made. "
            "Its fingerprint is new: compare it again."
        )
    return said, ""


def _make(cert: Path, key: Path, wanted: Sequence[str], now: datetime) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    nobody = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone's clock may be behind
        .not_valid_after(now - timedelta(days=1) + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in wanted]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    _write(key, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _write(cert, builder.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM))


def _name(text: str) -> x509.GeneralName:
    known = _address(text)
    return x509.IPAddress(known) if known else x509.DNSName(text)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and for its owner alone from the first byte."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    new.replace(path)
