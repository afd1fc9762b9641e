"""Whatever members do through acts, checking finds nothing afterwards: joins, kits, leaving, erasing, moving."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from masslink.collective import acts
from masslink.collective.models import Device, Kit, Member
from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person, record_deed
from masslink.people.erasing import erase_person
from masslink.people.fading import fade_due
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.sites.acts import add_unit, give_access, open_site, take_access
from masslink.sites.models import Site
from masslink.vault import holders, invitations, kits, resealing
from masslink.vault.checking import check
from masslink.vault.checking.access import Insider
from masslink.vault.tests.busy import insider, look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sound(ana: Someone, ben: Someone) -> Callable[..., None]:
    def nothing_is_found(*others: Someone) -> None:
        for people in ((), (ana,), (ben,), (ana, ben, *others)):
            assert not [str(finding) for finding in look(*people).findings]

    return nothing_is_found


def as_member(someone: Someone) -> Member:
    someone.workspace.catch_up()
    return Member.objects.get(pk=someone.member.pk)


def test_after_invitations_devices_and_an_alarm(ana: Someone, ben: Someone, sound: Callable[..., None]):
    insiders = [insider(ana), insider(ben)]  # an alarm closes their workspaces
    with ana.workspace.bound():
        invitation, code = acts.invite(by=ana.member, at=AT, name="Dee")
        withdrawn, _ = acts.invite(by=ana.member, at=AT, name="Eve")
        sound()
        holder, keys = invitations.accept(code, AT, "dee-login", "dee six words")
        waiting = holders.open_workspace(holder, keys)
        with waiting.bound():
            acts.join(at=AT, secret=b"x" * 32)
        sound()
        assert not check([Insider(holder.collective_id, holder.pk, keys)]).findings
        acts.confirm(by=ana.member, at=AT, invitation=invitation, known=keys.public.fingerprint)
        acts.decline(by=ana.member, at=AT, invitation=withdrawn)
        sound()
        assert not check([Insider(holder.collective_id, holder.pk, keys)]).findings
        acts.remember_device(by=ana.member, at=AT, name="Phone", pin="482913")
        acts.end_device(by=ana.member, at=AT, device=Device.objects.get())
        acts.raise_alarm(by=ana.member, at=AT)
    assert not check(insiders).findings


def test_while_a_kit_lives_and_after(
    ana: Someone,
    ben: Someone,
    shared_site: Site,
    sound: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        kit, one = acts.make_half(by=as_member(ana), at=AT)
    with dee.workspace.bound():
        _, other = acts.make_half(by=as_member(dee), at=AT, kit=Kit.objects.get(pk=kit.pk))
    sound(dee)
    for voucher in (ana, ben):
        with voucher.workspace.bound():
            by = as_member(voucher)
            acts.vouch_for_kit(by=by, at=AT, kit=Kit.objects.get())
    sound(dee)
    opened = kits.open_with(one, other)
    report = check([Insider(opened.collective, opened.holder, opened.keys)])
    assert not report.findings
    assert report.circles == 2
    opened.close()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{other}\n{one}\n"))
    call_command("check", "--kit", stdout=(said := io.StringIO()))
    assert "Circles looked into: 2" in said.getvalue()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{one}\nno such words\n"))
    with pytest.raises(CommandError, match="two sheets of one kit"):
        call_command("check", "--kit")
    with ana.workspace.bound():
        acts.retire_kit(by=as_member(ana), at=AT, kit=Kit.objects.get())
    sound(dee)


def test_while_members_leave_places_and_the_collective(
    ana: Someone, ben: Someone, shared_site: Site, sound: Callable[..., None]
):
    dee, eve = join(ana, "Dee"), join(ana, "Eve")
    with ana.workspace.bound():
        for member in (dee.member, eve.member):
            give_access(by=as_member(ana), at=AT, site=shared_site, member=member)
    sound(dee, eve)
    with dee.workspace.bound():
        by = as_member(dee)
        acts.write_note(at=AT, text="for myself")
        take_access(by=by, at=AT, site=Site.objects.get(), member=by)
    sound(dee, eve)
    with eve.workspace.bound():
        by = as_member(eve)
        acts.write_note(at=AT, text="for myself")
        acts.let_go(by=by, at=AT, member=by)
    sound(dee)
    with ana.workspace.bound():
        acts.let_go(by=as_member(ana), at=AT, member=Member.objects.get(name="Dee"))
        sound()
        while resealing.behind(ana.workspace):
            resealing.step(ana.workspace)
    sound()


def test_after_erasing_moving_and_fading(
    ana: Someone, ben: Someone, shared_site: Site, sound: Callable[..., None]
):
    with ana.workspace.bound():
        by = as_member(ana)
        kitchen = open_site(by=by, at=AT, kind="workplace", name="Kitchen")
        unit = add_unit(by=by, at=AT, site=shared_site, name="Packing")
        people = [add_person(by=by, at=AT, site=shared_site, unit=unit, name=f"P{n}") for n in range(3)]
        for person in people:
            record_deed(by=by, at=AT, person=person, kind="talked", words="Something")
        sound()
        erase_person(by=by, at=AT, person=people[0])
        move_person(by=by, at=AT, person=Person.objects.get(pk=people[1].pk), site=kitchen)
        sound()
        fade_due(by=by, at=AT.replace(year=AT.year + 3))
    sound()
