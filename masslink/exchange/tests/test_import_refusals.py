"""Files that can't be read, buttons pressed twice, and those who have no access."""

import json

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masslink.exchange import blocks
from masslink.exchange.models import Import
from masslink.exchange.tests.bringing import (
    SMALL,
    adds_up,
    bring_in,
    known_rosa,
    people,
    upload,
)
from masslink.vault import history
from masslink.vault.models import Chunk


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(blocks, "STEP", 7)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "There is nothing in this file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not a list we can read"),
        (b"PK\x03\x04" + b"x" * 99, "damaged"),
        (b"<html><table><tr><td>x</td></tr></table>", "web page"),
        ((",".join(f"c{at}" for at in range(201)) + "\n" + "," * 200 + "\n").encode(), "200 columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(ana, site, data, says):
    answer, _ = upload(ana, site, data)
    assert answer.status_code == 200 and says in answer.content.decode()
    with ana.workspace.bound():
        assert not Import.objects.exists()


def test_a_file_over_20_mb_is_refused_with_a_sentence_and_never_spooled(ana, site, settings, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", None)
    answer, _ = upload(ana, site, b"Name,Phone\n" + b"x" * (20 * 1024 * 1024))
    assert "larger than 20 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "data", [b"Name,Phone\n", b"Name\nRosa Lima\n", "Name;Café\nÁna Núñez;x\n".encode("utf-16")]
)
def test_small_and_odd_files_come_in(ana, site, data):
    one = bring_in(ana, site, data)
    assert one.state == "done" and adds_up(one)


def test_two_hundred_columns(ana, site):
    head = ",".join(["Name", *(f"c{at}" for at in range(199))])
    one = bring_in(ana, site, f"{head}\nRosa Lima{',x' * 199}\n".encode())
    assert one.added == 1


def test_pressed_twice_it_is_one_list(ana, site):
    _, once = upload(ana, site, SMALL)
    upload(ana, site, SMALL, once=once)
    with ana.workspace.bound():
        assert Import.objects.count() == 1


def test_back_after_finishing_changes_nothing(ana, site):
    one = bring_in(ana, site, SMALL)
    for name in ("import", "import-cancel", "import-step"):
        assert ana.client.post(reverse(name, args=[one.pk])).status_code == 302
    assert len(people(ana)) == 3


def test_leaving_it_shreds_what_was_read(ana, site):
    _, id = upload(ana, site, SMALL)
    ana.client.post(reverse("import-cancel", args=[id]))
    assert not Chunk.objects.exists()
    assert ana.client.get(reverse("import", args=[id])).status_code == 404


def test_who_has_no_access_finds_nothing(ana, ben, cy, site):
    one = bring_in(ana, site, SMALL)
    for stranger in (ben, cy):
        for name in (
            "import",
            "import-undo",
            "import-waiting",
            "import-known",
            "import-problems",
            "import-problems-file",
        ):
            assert stranger.client.get(reverse(name, args=[one.pk])).status_code == 404
        for name in ("import", "import-step", "import-cancel", "import-undo", "import-waiting"):
            assert stranger.client.post(reverse(name, args=[one.pk]), {}).status_code == 404
        answer, _ = upload(stranger, site, SMALL)
        assert answer.status_code == 200
        assert b"SMALL" not in answer.content


def test_the_history_tells_numbers_and_no_words(ana, site):
    one = bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        lines = [(d.kind, d.notes) for d in history.recent() if d.kind.startswith("import")]
    assert [kind for kind, _ in lines] == ["import_step", "import_begun", "import_read"]
    assert lines[0][1] == {"import": one.pk.hex, "added": 3, "left_out": 1}
    assert "Rosa" not in json.dumps([notes for _, notes in lines])


def test_pages_keep_their_number_of_queries(ana, site):
    known_rosa(ana, site, phone="+12025550101")
    few = bring_in(ana, site, b"Name,Phone\nZora Kaya,2025550101\n")
    rows = b"Name,Phone\n" + b"\n".join(f"Zora Kaya{at},2025550101".encode() for at in range(9))
    many = bring_in(ana, site, rows)
    counts = []
    for one in (few, many):
        with CaptureQueriesContext(ana.workspace.db) as captured:
            ana.client.get(reverse("import-waiting", args=[one.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
