"""`masslink check` finds what was done to a ledger, says what and where, and finds nothing where nothing was."""

import io
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from masslink.conftest import AT, Someone, join
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault import checking, circles, epochs, resealing, suite
from masslink.vault.act import act
from masslink.vault.checking.findings import FAULTS
from masslink.vault.models import Act, Grant, Holder, Roster, Row
from masslink.vault.rosters import Circle
from masslink.vault.tests import busy
from masslink.vault.tests.busy import Ids, faults, look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(ana: Someone, ben: Someone, shared_site: Site) -> Ids:
    return busy.story(ana, ben, shared_site)


# --- nothing -------------------------------------------------------------------------------------


def test_in_an_untouched_ledger_nothing_is_found(ana: Someone, ben: Someone, cy: Someone, story: Ids):
    for people in ((), (ana,), (ben,), (ana, ben, cy)):
        report = look(*people)
        assert not report.findings, [str(f) for f in report.findings]
        assert bool(report.opened) == bool(people)
    assert report.circles == Roster.objects.values("circle").distinct().count() - 1  # Dee's own is shut
    assert report.shut == 1


def test_while_it_is_sealed_anew_and_after_nothing_is_found(ana: Someone, ben: Someone, story: Ids):
    with ana.workspace.bound():
        while resealing.behind(ana.workspace):
            resealing.step(ana.workspace)
            assert not look(ana, ben).findings
    assert not look(ana, ben).findings


def test_every_fault_has_its_sentence(ana: Someone, story: Ids):
    Row.objects.filter(id=story["unit"]).update(version=F("version") - 1)
    said = " ".join(str(finding) for finding in look(ana).findings)
    assert f"Record {story['unit'].hex} in a place's circle {story['site']}: " in said
    for fault in FAULTS:
        assert str(checking.Finding(fault, "row", "x", story["site"], "site", "y"))
        assert str(checking.Finding(fault, more="y")).endswith(".")


# --- what only holders of keys can do ------------------------------------------------------------


def test_a_grant_that_is_withheld_is_missed_by_another_holder(ana: Someone, ben: Someone, story: Ids):
    Grant.objects.filter(holder=ben.workspace.holder).delete()
    found = [f for f in look(ana).findings if f.fault == "grant withheld"]
    assert {f.more for f in found} == {ben.workspace.holder.hex}
    assert {f.kind for f in found} == {"collective", "site"}


def test_grants_of_somebody_who_was_put_out_are_found(ana: Someone, ben: Someone, shared_site: Site):
    kept = list(Grant.objects.filter(holder=ben.workspace.holder))
    holder = Holder.objects.get(pk=ben.workspace.holder)
    with ana.workspace.bound(), act("put_out", at=AT):
        epochs.put_out(ben.workspace.holder)
    assert not look(ana).findings
    holder.save(force_insert=True)
    Grant.objects.bulk_create(kept)
    assert faults(ana) == {"holder back", "grant left"}
    assert {"void grant"} <= faults(ben)


def test_a_roster_put_in_place_of_another_is_found(ana: Someone, ben: Someone, shared_site: Site):
    """Ben is turned: with whoever controls the ledger he writes another roster three, with a friend in it."""
    dee, mallory = join(ana, "Dee"), suite.PrivateKeys.generate()
    stale = ben.workspace.circles[shared_site.circle].copy()
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=shared_site, member=dee.member)
    assert not look(ana, ben, dee).findings
    Roster.objects.filter(circle=stale.id, number__gt=stale.roster_number).delete()
    assert "roster withheld" in faults(ana)
    ben_gives = circles.Giver(ben.workspace.collective, ben.workspace.holder, ben.workspace.keys)
    friend = Holder.objects.create(
        collective_id=ben_gives.collective, public=mallory.public.to_bytes(), wrapped=b""
    )
    circles.give(ben_gives, stale, friend.pk, mallory.public)
    assert "other roster" in faults(ana)


def test_nonsense_sealed_by_a_member_is_named(ana: Someone, ben: Someone, story: Ids):
    circle, at = ben.workspace.circles[story["site"]], ben.workspace.collective
    for plain in (b"{", b'["unit",1,{"name":"x"}]', b'["unit",1,{"site_id":[],"name":"","place":1}]'):
        _write(at, circle, plain)
    _write(at, circle, b'["unit",9,{}]')
    assert faults(ana) == {"no record", "unknown content", "unexplained"}
    assert sum(f.fault == "no record" for f in look(ana).findings) == 3


def _write(collective: UUID, circle: Circle, plain: bytes) -> None:
    id = uuid4()
    bound = suite.binding(suite.RECORD, collective, circle.id) + suite.place(circle.epoch, 1, id.bytes)
    body = suite.seal(circle.keys[circle.epoch], plain.ljust(192), bound)
    Row.objects.create(
        collective_id=collective, circle=circle.id, id=id, epoch=circle.epoch, version=1, seq=0, body=body
    )


def test_a_whole_circle_put_back_isnt_found_here(ana: Someone, ben: Someone, shared_site: Site, story: Ids):
    """What checking can't find, so that nobody promises it: rows and lines of a circle as they were before."""
    own = ana.workspace.own_circle
    assert own
    last = Act.objects.filter(circle=story["site"]).order_by("seq").last()
    assert last
    Row.objects.filter(circle=story["site"], seq=last.seq).delete()
    Act.objects.filter(circle=last.circle, id=last.id).delete()
    assert not faults(ana, ben)


# --- the command ---------------------------------------------------------------------------------


def run(*words: str, **options: object) -> str:
    out = io.StringIO()
    call_command("check", *words, stdout=out, **options)
    return out.getvalue()


def test_the_command_tells_what_it_looked_into(
    ana: Someone, ben: Someone, story, monkeypatch: pytest.MonkeyPatch
):
    assert "no key was given: 6" in run()
    monkeypatch.setenv("MASSLINK_PASSPHRASE", "Ana six  words")
    said = run("--login", "ana-login")
    assert "Circles looked into: 4" in said
    assert "Nothing is missing or changed" in said
    with pytest.raises(CommandError, match="aren't the words") as wrong:
        run("--login", "ben-login")
    assert wrong.value.returncode == 2
    monkeypatch.delenv("MASSLINK_PASSPHRASE")
    monkeypatch.setattr("sys.stdin", io.StringIO("ana six words\nben six words\n"))
    assert "Circles looked into: 5" in run("--login", "ana-login", "--login", "ben-login")


def test_the_command_fails_where_something_is_found(
    ana: Someone, story, monkeypatch: pytest.MonkeyPatch, capsys
):
    lines = Act.objects.filter(circle=story["site"])
    lines.filter(id=lines.order_by("seq")[4].id).delete()
    monkeypatch.setenv("MASSLINK_PASSPHRASE", ana.passphrase)
    with pytest.raises(CommandError, match="Not as it should be") as found:
        call_command("check", "--login", ana.login)
    assert found.value.returncode == 1
    assert "Line of the history" in capsys.readouterr().out
    assert "Nothing is missing" in run()  # without keys it can't be seen


def test_without_a_ledger_there_is_nothing_to_check(transactional_db: None):
    with pytest.raises(CommandError, match="nothing to check"):
        run()
