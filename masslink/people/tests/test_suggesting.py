"""What could deepen a link: said only from what was done and said, three at most, and nothing where nothing is."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masslink.collective.models import Member
from masslink.people import links, suggested, suggesting
from masslink.people.models import Deed, Person
from masslink.people.suggesting import Did, Promised, suggest

TODAY = date(2026, 11, 23)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def talks(*days: int, words: str = "", by: object = "Ana") -> list[Did]:
    return [Did("talked", ago(day), words, by) for day in days]


def steps(deeds: list[Did], promises: tuple[Promised, ...] = (), rhythm: int | None = None) -> list[str]:
    return [one.step for one in suggest(deeds, promises, TODAY, rhythm)]


def test_where_nothing_was_nothing_is_said():
    assert steps([]) == []
    assert steps([Did("tried", ago(3)), Did("short", ago(2))]) == []
    assert steps(talks(400, 500)) == []  # what is older than a year proves nothing, and suggests nothing


def test_one_step_up_from_what_they_did():
    assert steps(talks(10)) == [suggesting.GO_BACK]
    assert steps([*talks(5, 20, words="The fans."), *talks(40, by="Ben")]) == [suggesting.INVITE]
    came = [*talks(5), Did("came", ago(12))]
    assert steps(came) == [suggesting.DO_TOGETHER]
    assert steps([*came, Did("signed", ago(8))]) == [suggesting.BRING]
    assert steps([*came, Did("brought", ago(8))]) == []


def test_it_quotes_their_latest_words_and_not_ours():
    deeds = [*talks(5), *talks(9, words="Nine is too late."), Did("came", ago(7), "Tea at Cooper Street")]
    (one,) = suggest(deeds, (), TODAY)
    assert one.said == Did("talked", ago(9), "Nine is too late.", "Ana")


def test_what_we_owe_comes_first_and_nothing_more_is_asked_then():
    deeds = [*talks(5, 20), *talks(40, by="Ben")]
    owed = (Promised("Bring the sheet", ago(2)), Promised("Call", ago(-2)))
    (one,) = suggest(deeds, owed, TODAY)
    assert (one.step, one.promise) == (suggesting.KEEP, owed[0])
    assert steps([*talks(30), Did("came", ago(3))], rhythm=14) == [suggesting.TALK_AGAIN]
    assert steps([Did("came", ago(3))]) == [suggesting.TALK_OVER]


def test_an_idea_is_answered_and_a_no_is_asked_about_once_only():
    assert suggesting.ANSWER in steps([*talks(20), Did("idea", ago(20))])
    assert suggesting.ANSWER not in steps([*talks(5, 20), Did("idea", ago(20))])
    assert suggesting.ASK_WHY in steps([*talks(20), Did("declined", ago(10))])
    assert suggesting.ASK_WHY not in steps([*talks(5, 20), Did("declined", ago(10))])


def test_a_proof_of_nearly_a_year_is_renewed_and_nobody_is_left_to_one_of_us():
    old = [*talks(5, 20, by="Ana"), *talks(40, by="Ben"), Did("signed", ago(340))]
    assert steps(old) == [suggesting.RENEW]
    assert suggesting.ALONG in steps(talks(5, 20, 40))


# --- in words ------------------------------------------------------------------------------------

SOMETHING = {
    suggesting.KEEP: ([], [Promised("Bring the sheet", ago(2))]),
    suggesting.TALK_OVER: ([Did("came", ago(3))], []),
    suggesting.TALK_AGAIN: (talks(90), []),
    suggesting.ANSWER: ([*talks(20), Did("idea", ago(20))], []),
    suggesting.ASK_WHY: ([*talks(20), Did("declined", ago(10))], []),
    suggesting.GO_BACK: (talks(10), []),
    suggesting.INVITE: (talks(5, 20, 40), []),
    suggesting.DO_TOGETHER: ([*talks(5), Did("came", ago(12))], []),
    suggesting.BRING: ([*talks(5), Did("signed", ago(12))], []),
    suggesting.RENEW: ([*talks(5), Did("signed", ago(340))], []),
    suggesting.ALONG: (talks(5, 20, 40), []),
}


@pytest.mark.parametrize("step", SOMETHING)
def test_every_suggestion_has_its_sentence_with_a_day_or_a_number_in_it(step: str):
    did, promises = SOMETHING[step]
    me, person = Member(name="Ana"), Person(name="Rosa")
    deeds = [Deed(deed_kind=one.kind, on=one.on, by=me) for one in did]
    told = suggested.told(person, me, TODAY, deeds=deeds, promises=promises, taken_on=[])
    (one,) = [text for text, found in zip(told, suggest_(deeds, promises), strict=True) if found == step]
    assert "%(" not in one.text and re.search(r"\d [A-Z][a-z]{2}|times", one.text), one.text
    person.member_id = me.pk
    assert suggested.told(person, me, TODAY, deeds=deeds, promises=promises, taken_on=[]) == []


def suggest_(deeds: list[Deed], promises: list[Promised]) -> list[str]:
    did = [Did(deed.deed_kind, deed.on, deed.words, deed.by_id) for deed in deeds]
    return [one.step for one in suggest(did, promises, TODAY)]


dids = st.lists(
    st.builds(
        Did,
        st.sampled_from(links.DEED_KINDS),
        st.integers(0, 500).map(ago),
        st.sampled_from(["", "The fans."]),
        st.sampled_from(["Ana", "Ben"]),
    ),
    max_size=10,
)


@given(dids, st.lists(st.builds(Promised, st.just("Call"), st.integers(-9, 9).map(ago)), max_size=3))
def test_three_at_most_each_from_a_real_deed_of_the_last_year(deeds, promises):
    found = suggest(deeds, promises, TODAY, 14)
    assert len(found) <= suggesting.AT_MOST and len({one.step for one in found}) == len(found)
    for one in found:
        assert one.because or one.promise in promises
        for did in (*one.because, *([one.said] if one.said else [])):
            assert did in deeds and TODAY - links.YEAR < did.on <= TODAY
