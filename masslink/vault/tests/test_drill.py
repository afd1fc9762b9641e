"""The drill: it shows counts and login names, finds what lies open, and doesn't find what is sealed."""

import base64

import pytest
from django.core.management import CommandError, call_command

from masslink.vault import drill
from masslink.vault.models import ConsoleCode, Copy, Row
from masslink.vault.tests.test_feeds import lay_down, made

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_sealed_isnt_found_and_what_is_planted_is(ana, person):
    collective = ana.workspace.collective
    words = ["Marisol R.", "Warehouse", "Packing"]
    assert not any(drill.look_for(words, drill.sealed_bytes(collective)).values())
    row = Row.objects.filter(circle=person.circle)[0]
    for form, planted in {
        "UTF-8": b"marisol r.",
        "UTF-16": "Marisol R.".encode("utf-16-le"),
        "base64": base64.b64encode(b"xyz Marisol R. and more"),
        "hex": b"Marisol R.".hex().encode(),
    }.items():
        Row.objects.filter(pk=row.pk).update(body=b"\x00" * 40 + planted + b"\x01")
        found = drill.look_for(words, drill.sealed_bytes(collective))
        assert form in found["Marisol R."] and not found["Warehouse"]


def test_the_copies_of_feeds_are_looked_through_too(ana):
    made(ana)
    lay_down(ana, "Warehouse", ana.workspace.collective_circle)
    collective = ana.workspace.collective
    assert not drill.look_for(["Warehouse"], drill.sealed_bytes(collective))["Warehouse"]
    Copy.objects.update(body=b"\x01 Warehouse")
    assert drill.look_for(["Warehouse"], drill.sealed_bytes(collective))["Warehouse"]


@pytest.mark.parametrize("word", ["Rosa", "Maria", "Ana B."])
def test_a_short_word_isnt_found_by_chance(word):
    """Every form is so long that a ledger of some megabytes hardly ever holds it."""
    assert all(len(form) >= drill.WORD for some in drill.forms_of(word).values() for form in some)
    for before in ("", "x", "xy"):
        encoded = base64.b64encode(f"{before}{word} was here".encode())
        found = drill.look_for([word], [encoded])[word]
        assert found == {"base64"} or len(word) < 5


def test_a_word_that_two_pieces_share_is_found():
    assert drill.look_for(["Warehouse"], [b"...Ware", b"house..."]) == {"Warehouse": {"UTF-8"}}


def test_the_survey_counts_and_names_nobody(ana, ben, cy, shared_site):
    seen = {one.collective: one for one in drill.survey()}
    assert len(seen) == 2
    ours = drill.survey(ana.workspace.collective)[0]
    assert ours.logins == ["ana-login", "ben-login"] and ours.holders == {"member": 2}
    assert len(ours.circles) == 4 and ours.grants == [3, 3]
    assert sum(c.rows for c in ours.circles) == Row.objects.filter(collective=ours.collective).count()
    assert not ConsoleCode.objects.exists()


def test_where_no_collective_is_the_drill_says_so():
    with pytest.raises(CommandError, match="no collective is here"):
        call_command("drill")


def test_words_that_arent_looked_for_are_not_passed_over_in_silence(ana):
    words = [f"word{n}" for n in range(11)]
    answer = ana.client.post("/us/drill", {"words": "\n".join(words)})
    assert (
        answer.status_code == 422
        and b"Ten at a time" in answer.content
        and b"not there" not in answer.content
    )
    assert ana.client.post("/us/drill", {"words": "\n".join(words[:10])}).content.count(b"not there") == 10
