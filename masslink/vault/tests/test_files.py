"""Sealed files: whole, in order, in their place, or not at all."""

import os
from contextlib import suppress

import pytest
from django.db import connections
from django.db.transaction import TransactionManagementError

from masslink.conftest import AT, Someone
from masslink.sites.models import Site
from masslink.vault import files
from masslink.vault.act import OutOfPlace, act
from masslink.vault.models import Chunk
from masslink.vault.suite import Unopenable

SIZES = (0, 1, files.CHUNK_BYTES - 1, files.CHUNK_BYTES, files.CHUNK_BYTES + 1, 3 * files.CHUNK_BYTES)


def write(someone: Someone, circle, data: bytes, piece: int = 50_000):
    pieces = [data[i : i + piece] for i in range(0, len(data), piece)]
    with someone.workspace.bound(), act("kept", at=AT):
        return files.write_file(circle, pieces)


def read(someone: Someone, circle, id) -> bytes:
    with someone.workspace.bound():
        return b"".join(files.read_file(circle, id))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_was_and_all_its_chunks_are_of_one_size(ana: Someone, site: Site, size: int):
    data = os.urandom(size)
    id = write(ana, site.circle, data)
    assert read(ana, site.circle, id) == data
    assert {len(bytes(c.body)) for c in Chunk.objects.all()} == {files.PADDED + 29}


def test_steps_read_by_number(ana: Someone, site: Site):
    data = os.urandom(2 * files.CHUNK_BYTES + 7)
    id = write(ana, site.circle, data)
    with ana.workspace.bound():
        assert files.count_chunks(site.circle, id) == 3
        assert files.read_chunk(site.circle, id, 2) == data[-7:]
        with pytest.raises(Unopenable):
            files.read_chunk(site.circle, id, 3)


def test_another_holder_of_the_circle_reads_it_and_a_stranger_to_it_doesnt(
    ana: Someone, ben: Someone, shared_site: Site
):
    id = write(ana, shared_site.circle, b"rows")
    assert read(ben, shared_site.circle, id) == b"rows"
    own = ana.workspace.own_circle
    with pytest.raises(Unopenable):
        read(ben, own, write(ana, own, b"mine"))


@pytest.mark.parametrize("size", [5, 3 * files.CHUNK_BYTES])
def test_a_file_with_a_chunk_missing_or_changed_doesnt_open(ana: Someone, site: Site, size: int):
    id = write(ana, site.circle, os.urandom(size))
    for number in reversed(range(Chunk.objects.filter(id=id).count())):
        chunk = Chunk.objects.get(id=id, number=number)
        body = bytes(chunk.body)
        for damaged in (body[:-1], body[:40] + bytes([body[40] ^ 1]) + body[41:], b"", bytes([9]) + body[1:]):
            Chunk.objects.filter(id=id, number=number).update(body=damaged)
            with pytest.raises(Unopenable):
                read(ana, site.circle, id)
        Chunk.objects.filter(id=id, number=number).update(body=body)
    Chunk.objects.filter(id=id, number=Chunk.objects.filter(id=id).count() - 1).delete()
    with pytest.raises(Unopenable):
        read(ana, site.circle, id)


def test_chunks_dont_open_in_another_order_or_another_file_or_circle(ana: Someone, site: Site):
    one = write(ana, site.circle, os.urandom(3 * files.CHUNK_BYTES))
    other = write(ana, site.circle, os.urandom(3 * files.CHUNK_BYTES))
    first, second = (Chunk.objects.get(id=one, number=n) for n in (0, 1))
    Chunk.objects.filter(id=one, number=0).update(body=second.body)
    with pytest.raises(Unopenable):
        read(ana, site.circle, one)
    Chunk.objects.filter(id=one, number=0).update(body=Chunk.objects.get(id=other, number=0).body)
    with pytest.raises(Unopenable):
        read(ana, site.circle, one)
    Chunk.objects.filter(id=one, number=0).update(body=first.body)
    assert read(ana, site.circle, one)
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE vault_chunk SET circle = %s", [ana.workspace.own_circle.hex])
    with pytest.raises(Unopenable):
        read(ana, ana.workspace.own_circle, one)


def test_a_longer_file_isnt_read_from_chunks_put_behind_its_end(ana: Someone, site: Site):
    id = write(ana, site.circle, b"short")
    end = Chunk.objects.get(id=id)
    Chunk.objects.create(
        collective=end.collective,
        circle=end.circle,
        id=id,
        number=1,
        epoch=end.epoch,
        seq=end.seq,
        body=end.body,
    )
    with pytest.raises(Unopenable):
        read(ana, site.circle, id)


def test_files_are_written_in_acts_whole_or_not_at_all_and_shredded(ana: Someone, site: Site):
    with ana.workspace.bound():
        with pytest.raises(OutOfPlace):
            files.write_file(site.circle, [b"outside of an act"])
        with pytest.raises(ZeroDivisionError), act("kept", at=AT):
            files.write_file(site.circle, [b"x"])
            _ = 1 / 0
        assert not Chunk.objects.exists()
        with act("kept", at=AT):
            id = files.write_file(site.circle, [b"x"])
        with act("dropped", at=AT):
            files.shred_file(site.circle, id)
    assert not Chunk.objects.exists()


def test_a_file_isnt_lost_without_a_word_where_a_part_of_its_act_failed(ana: Someone, site: Site):
    with ana.workspace.bound():
        with pytest.raises(TransactionManagementError), act("kept", at=AT):
            files.write_file(site.circle, [b"x"])
            with suppress(ZeroDivisionError), act("inner", at=AT):
                _ = 1 / 0
        assert not Chunk.objects.exists()
