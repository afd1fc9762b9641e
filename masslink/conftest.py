"""People in tests: Ana (coordinator), Ben (member, at the same place), Cy (stranger from another collective)."""

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import hypothesis
import pytest
from django.conf import settings
from django.middleware import csrf
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck

from masslink.collective.acts import admit, found_space, invite
from masslink.collective.joining import Joining
from masslink.collective.models import Invitation, Member
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.sites.acts import add_shift, add_unit, give_access, open_site
from masslink.sites.models import Shift, Site, Unit
from masslink.vault import holders
from masslink.vault.sessions import sessions
from masslink.vault.tests.remembering import empty_ledger, remembered
from masslink.vault.workspace import Workspace

AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
Made = TypeVar("Made")

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile(
    "unhurried", parent=hypothesis.settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

TransactionTestCase._fixture_teardown = empty_ledger  # type: ignore[attr-defined]


@dataclass
class Someone:
    """A member with an open workspace and a browser that has unlocked."""

    name: str
    login: str
    passphrase: str
    workspace: Workspace
    member: Member
    client: Client


@pytest.fixture(autouse=True)
def quick_passphrases(settings: pytest.FixtureRequest) -> None:
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_PASSES = 8, 1  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def tokens_of_digits() -> None:
    """A random token of letters spells "Ben" now and then, on a page that must not name him."""
    csrf.CSRF_ALLOWED_CHARS = string.digits


@pytest.fixture
def at() -> datetime:
    return AT


def _unlocked(workspace: Workspace) -> Client:
    client = Client(enforce_csrf_checks=False)
    client.cookies[settings.SESSION_COOKIE] = sessions.start(workspace)
    return client


def found(name: str) -> Someone:
    """A new collective with one coordinator."""
    login, passphrase = f"{name.lower()}-login", f"{name.lower()} six words"

    def make() -> tuple[Workspace, Member]:
        workspace = holders.found(holders.new_founding_code(), login, passphrase)
        with workspace.bound():
            return workspace, found_space(at=AT, name=f"{name}'s collective", member_name=name)

    workspace, member = remembered(f"{name} founds", make)
    return Someone(name, login, passphrase, workspace, member, _unlocked(workspace))


def join(coordinator: Someone, name: str) -> Someone:
    """Another member of the same collective."""
    login, passphrase = f"{name.lower()}-login", f"{name.lower()} six words"

    def make() -> tuple[Workspace, Member]:
        root = coordinator.workspace.root
        holder, keys = holders.enrol(coordinator.workspace.collective, login, passphrase, root)
        with coordinator.workspace.bound():
            known = keys.public.fingerprint
            member = admit(by=coordinator.member, at=AT, name=name, holder=holder.id, fingerprint=known)
        workspace = holders.open_workspace(holder, keys)
        with workspace.bound():
            return workspace, Member.objects.get(pk=member.pk)

    workspace, member = remembered(f"{coordinator.name} lets {name} in", make)
    return Someone(name, login, passphrase, workspace, member, _unlocked(workspace))


@dataclass
class Newcomer:
    """Somebody who came with an invitation and waits to be let in."""

    invitation: Invitation
    login: str
    passphrase: str
    workspace: Workspace
    client: Client


def wait_outside(coordinator: Someone, name: str, *, for_member: Member | None = None) -> Newcomer:
    """Invite somebody (or make a code for a member who lost their words), who accepts."""
    with coordinator.workspace.bound():
        coordinator.workspace.catch_up()
        invitation, code = invite(by=coordinator.member, at=AT, name=name, member=for_member)
    joining = Joining(code=code)
    workspace = joining.finish(AT)
    with coordinator.workspace.bound():
        coordinator.workspace.catch_up()
    return Newcomer(invitation, joining.login, joining.passphrase, workspace, _unlocked(workspace))


@pytest.fixture
def ana(transactional_db: None) -> Iterator[Someone]:
    someone = found("Ana")
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def ben(ana: Someone) -> Iterator[Someone]:
    someone = join(ana, "Ben")
    yield someone
    sessions.end_all(someone.workspace.holder)


@pytest.fixture
def cy(transactional_db: None) -> Iterator[Someone]:
    someone = found("Cy")
    yield someone
    sessions.end_all(someone.workspace.holder)


def _done(by: Someone, step: str, make: Callable[[], Made]) -> Made:
    def bound() -> Made:
        with by.workspace.bound():
            return make()

    return remembered(step, bound)


@pytest.fixture
def site(ana: Someone) -> Site:
    """A warehouse that Ana opened; Ben has no access yet."""
    return _done(ana, "site", lambda: open_site(by=ana.member, at=AT, kind="workplace", name="Warehouse"))


@pytest.fixture
def shared_site(ana: Someone, ben: Someone, site: Site) -> Site:
    """The same warehouse, after Ben was given access."""

    def make() -> None:
        give_access(by=ana.member, at=AT, site=site, member=ben.member)
        with ben.workspace.bound():
            ben.workspace.catch_up()

    _done(ana, "shared site", make)
    return site


@pytest.fixture
def unit(ana: Someone, site: Site) -> Unit:
    return _done(ana, "unit", lambda: add_unit(by=ana.member, at=AT, site=site, name="Packing"))


@pytest.fixture
def shift(ana: Someone, site: Site) -> Shift:
    return _done(ana, "shift", lambda: add_shift(by=ana.member, at=AT, site=site, name="Night"))


@pytest.fixture
def person(ana: Someone, site: Site, unit: Unit, shift: Shift) -> Person:
    def make() -> Person:
        return add_person(
            by=ana.member, at=AT, site=site, name="Marisol R.", unit=unit, shift=shift, phone="202 555 0147"
        )

    return _done(ana, "person", make)
