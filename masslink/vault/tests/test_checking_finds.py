"""`masslink check` finds what somebody who controls the ledger did to it, and says what and where."""

import os
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db.models import F

from masslink.conftest import Someone
from masslink.sites.models import Site
from masslink.vault import suite
from masslink.vault.models import Act, Chunk, Collective, Grant, Holder, Past, Roster, Row
from masslink.vault.tests import busy
from masslink.vault.tests.busy import Ids, faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(ana: Someone, ben: Someone, shared_site: Site) -> Ids:
    return busy.story(ana, ben, shared_site)


# --- rows ----------------------------------------------------------------------------------------


def _swap(ids: Ids) -> None:
    one, two = (Row.objects.get(id=ids[name]) for name in ("unit", "other"))
    Row.objects.filter(id=one.id).update(body=two.body)
    Row.objects.filter(id=two.id).update(body=one.body)


def _flip(ids: Ids) -> None:
    body = bytearray(Row.objects.get(id=ids["unit"]).body)
    body[-1] ^= 1
    Row.objects.filter(id=ids["unit"]).update(body=bytes(body))


def _truncate(ids: Ids) -> None:
    Row.objects.filter(id=ids["unit"]).update(body=bytes(Row.objects.get(id=ids["unit"]).body)[:-9])


def _replay_elsewhere(ids: Ids) -> None:
    row = Row.objects.get(id=ids["unit"])
    row.id = uuid4()
    row.save(force_insert=True)


def _own_earlier_version(ids: Ids) -> None:
    past = Past.objects.filter(id=ids["unit"]).order_by("version").last()
    assert past
    Row.objects.filter(id=past.id).update(version=past.version, body=past.body, epoch=past.epoch)
    Past.objects.filter(id=past.id, version__gte=past.version).delete()


def _delete_row(ids: Ids) -> None:
    Past.objects.filter(id=ids["unit"]).delete()
    Row.objects.filter(id=ids["unit"]).delete()


def _revive(ids: Ids) -> None:
    """What was deleted, as it was before."""
    past = Past.objects.get(id=ids["gone"])
    Row.objects.filter(id=past.id).update(version=past.version, body=past.body, epoch=past.epoch)
    past.delete()


def _reorder_row(ids: Ids) -> None:
    Row.objects.filter(id=ids["unit"]).update(seq=F("seq") - 1)


def _epoch(ids: Ids) -> None:
    Row.objects.filter(id=ids["unit"]).update(epoch=1000)


def _withhold_target(ids: Ids) -> None:
    Row.objects.filter(id=ids["unit"]).update(body=b"\1" + os.urandom(192 + 28))


# --- lines ---------------------------------------------------------------------------------------


def _lines(ids: Ids) -> list[Act]:
    return list(Act.objects.filter(circle=ids["site"]).order_by("seq"))


def _delete_line(ids: Ids) -> None:
    _delete(_lines(ids)[4])


def _delete(row: Act) -> None:
    Act.objects.filter(circle=row.circle, id=row.id).delete()


def _delete_last_line(ids: Ids) -> None:
    _delete(_lines(ids)[-1])


def _reorder_lines(ids: Ids) -> None:
    one, two = _lines(ids)[4:6]
    Act.objects.filter(circle=one.circle, id=one.id).update(seq=two.seq)
    Act.objects.filter(circle=two.circle, id=two.id).update(seq=one.seq)


def _swap_lines(ids: Ids) -> None:
    one, two = _lines(ids)[4:6]
    Act.objects.filter(circle=one.circle, id=one.id).update(body=two.body)


# --- images, files, rosters, grants, holders -----------------------------------------------------


def _image_elsewhere(ids: Ids) -> None:
    first = Past.objects.filter(id=ids["unit"]).order_by("version").first()
    assert first
    Past.objects.filter(id=ids["unit"], version=first.version + 1).update(body=first.body)


def _image_of_another_act(ids: Ids) -> None:
    Past.objects.filter(id=ids["unit"], version=2).update(seq=F("seq") + 1)


def _newer_image(ids: Ids) -> None:
    Row.objects.filter(id=ids["unit"]).update(version=1)


def _delete_chunk(ids: Ids) -> None:
    Chunk.objects.filter(id=ids["file"], number=1).delete()


def _delete_last_chunk(ids: Ids) -> None:
    Chunk.objects.filter(id=ids["file"], number=2).delete()


def _delete_file(ids: Ids) -> None:
    Chunk.objects.filter(id=ids["short"]).delete()


def _flip_chunk(ids: Ids) -> None:
    body = bytearray(Chunk.objects.get(id=ids["file"], number=1).body)
    body[5000] ^= 1
    Chunk.objects.filter(id=ids["file"], number=1).update(body=bytes(body))


def _delete_roster(ids: Ids) -> None:
    Roster.objects.filter(circle=ids["site"], number=2).delete()


def _delete_last_roster(ids: Ids) -> None:
    latest = Roster.objects.filter(circle=ids["site"]).order_by("number").last()
    assert latest
    Roster.objects.filter(circle=ids["site"], number=latest.number).delete()


def _flip_roster(ids: Ids) -> None:
    row = Roster.objects.get(circle=ids["site"], number=3)
    Roster.objects.filter(circle=ids["site"], number=3).update(
        body=bytes(row.body)[:-1] + bytes([row.body[-1] ^ 1])
    )


def _foreign_grant(ids: Ids) -> None:
    for one in Grant.objects.all()[:1]:
        other = Grant.objects.exclude(holder=one.holder).first()
        assert other
        Grant.objects.filter(pk=one.pk).update(body=other.body)


def _counter(ids: Ids) -> None:
    Collective.objects.update(seq=F("seq") - 1)


def _other_keys(ids: Ids) -> None:
    for holder in Holder.objects.all():
        Holder.objects.filter(pk=holder.pk).update(public=suite.PrivateKeys.generate().public.to_bytes())


def _withhold_holder(ids: Ids) -> None:
    for holder in Holder.objects.all()[1:2]:
        Grant.objects.filter(holder=holder).delete()
        holder.delete()


def _bring_back(ids: Ids) -> None:
    collective = Collective.objects.get().pk
    Holder.objects.create(pk=ids["dee"], collective_id=collective, login="dee", public=b"", wrapped=b"")


@pytest.mark.parametrize(
    "tamper, found",
    [
        (_swap, {"shut"}),
        (_flip, {"shut"}),
        (_truncate, {"shut", "wrong form"}),
        (_replay_elsewhere, {"shut", "unexplained"}),
        (_own_earlier_version, {"older"}),
        (_delete_row, {"withheld", "dangling"}),
        (_revive, {"older"}),
        (_reorder_row, {"out of order"}),
        (_epoch, {"unknown epoch", "shut epoch"}),
        (_withhold_target, {"shut", "dangling"}),
        (_delete_line, {"line missing"}),
        (_delete_last_line, {"unexplained"}),
        (_reorder_lines, {"line moved"}),
        (_swap_lines, {"shut"}),
        (_image_elsewhere, {"shut"}),
        (_image_of_another_act, {"image unexplained"}),
        (_newer_image, {"image astray", "older"}),
        (_delete_chunk, {"file gap"}),
        (_delete_last_chunk, {"file cut"}),
        (_delete_file, {"file withheld"}),
        (_flip_chunk, {"shut"}),
        (_delete_roster, {"roster gap", "broken chain"}),
        (_delete_last_roster, {"void grant", "shut epoch"}),
        (_flip_roster, {"broken chain"}),
        (_foreign_grant, {"shut grant"}),
        (_counter, {"ahead"}),
        (_other_keys, {"other keys"}),
        (_withhold_holder, {"holder withheld"}),
        (_bring_back, {"holder back"}),
    ],
)
def test_check_finds_it(
    ana: Someone,
    ben: Someone,
    story: Ids,
    tamper: Callable[[Ids], None],
    found: set[str],
):
    tamper(story)
    assert found <= faults(ana, ben)
