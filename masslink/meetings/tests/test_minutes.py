"""Minutes: written by two at once, with what is caught in place."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from masslink.conftest import AT
from masslink.decisions.acts import ask_question
from masslink.decisions.models import Decision, Question
from masslink.gatherings.acts import drop
from masslink.ideas.models import Idea
from masslink.meetings import acts, minuting
from masslink.meetings.models import AgendaItem, Meeting, Minute
from masslink.meetings.tests.stage import (
    IN_A_MONTH,
    THIS_EVENING,
    TODAY,
    deciding,
    items,
    met,
    note,
    see,
    url,
    written,
)
from masslink.tasks.models import ToDo

MONTH_AGO = THIS_EVENING - timedelta(days=28)


def now(someone, gathering):
    """Which item the meeting is at."""
    with someone.workspace.bound():
        someone.workspace.catch_up()
        found = Meeting.objects.filter(gathering=gathering).first()
        item = AgendaItem.objects.filter(pk=found.now).first() if found and found.now else None
        return item.title if item else None


# --- while it runs -------------------------------------------------------------------------------------


def test_two_who_write_at_once_lose_nothing(ana, ben, meeting):
    one, two = items(ana, meeting)
    ana.client.post(url(meeting, "meeting", "next"))
    page = url(meeting, "meeting")
    assert ben.client.get(page).context["row"].item == one
    typed = note("Ben writes.", one)
    ana.client.post(page, note("Ana writes.", one, next="1"))
    assert now(ben, meeting) == "Two"
    for _press in range(2):
        ben.client.post(page, typed)
    ben.client.post(page, note("Ben writes.", one))  # anew after Back, under another id
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert sorted(written(meeting)) == ["Ana writes.", "Ben writes."]
        assert set(Minute.objects.values_list("item", flat=True)) == {one.pk}
    # Both tap next: nothing is skipped, and whoever still writes under the first is told where the others are.
    ben.client.post(page, note("", one, next="1"))
    assert now(ana, meeting) == "Two"
    assert "The meeting is at:" in ben.client.get(f"{page}?item={one.pk}").content.decode()
    ana.client.post(page, note("", two, next="1"))
    assert now(ana, meeting) is None
    # Where the meeting turned to something else, a late tap on "next" doesn't move it.
    ana.client.post(url(meeting, "meeting", "next"), {"item": one.pk})
    ben.client.post(page, note("", two, next="1"))
    assert now(ana, meeting) == "One"
    ana.client.post(page, note("", one, next="1"))
    assert "All is talked through" in ana.client.get(page).content.decode()


def test_two_who_tap_next_at_the_same_moment_both_go_on(ana, ben, meeting):
    one, _two = items(ben, meeting)
    ana.client.post(url(meeting, "meeting", "next"))
    ana.client.post(url(meeting, "meeting"), note("", one, next="1"))
    with ben.workspace.bound():  # what Ben's request had fetched is older than that
        acts.go_on(by=ben.member, at=AT, gathering=meeting, item=one)
    assert now(ana, meeting) == "Two"


def test_a_note_that_two_change_shows_both(ana, ben, meeting):
    with ana.workspace.bound():
        one = minuting.write(by=ana.member, at=AT, gathering=meeting, words="As it was")
    see(ben)
    page = f"/gatherings/minutes/{one.pk}"
    shown = {"version": one.version}
    ana.client.post(page, {**shown, "words": "Ana’s words"})
    answer = ben.client.post(page, {**shown, "words": "Ben’s words"})
    both = answer.content.decode()
    assert "Ana’s words" in both and "Ben’s words" in both
    with ana.workspace.bound():
        assert written(meeting) == ["Ana’s words"]
    ben.client.post(page, {"words": "Ben’s words", "version": answer.context["form"]["version"].value()})
    assert "changed by Ben" in ana.client.get(url(meeting, "minutes")).content.decode()


@pytest.mark.parametrize("words, said", [(" ", "nothing written yet"), ("x" * 10_001, "10001 letters")])
def test_empty_and_huge_notes_are_said_and_kept(ana, meeting, words, said):
    one, _two = items(ana, meeting)
    answer = ana.client.post(url(meeting, "meeting"), note(words, one)).content.decode()
    assert said in answer and words.strip() in answer
    with ana.workspace.bound():
        assert not Minute.objects.exists()


def test_a_note_under_an_item_that_was_taken_off_stands_beside_the_agenda(ana, ben, meeting):
    one, two = items(ana, meeting)
    ana.client.post(f"/gatherings/agenda/{one.pk}/off")
    ben.client.post(url(meeting, "meeting"), note("Still typed.", one))
    page = ana.client.get(url(meeting, "minutes")).content.decode()
    assert "Beside the agenda" in page and "Still typed." in page
    ana.client.post(url(meeting, "meeting"), note("Here.", two))
    ana.client.post(f"/gatherings/agenda/{two.pk}/off")  # something is written under it
    assert [item.title for item in items(ana, meeting)] == ["Two"]


def test_what_is_written_of_a_meeting_that_is_gone_meanwhile_is_shown(ana, ben, meeting):
    with ana.workspace.bound():
        drop(by=ana.member, at=AT, gathering=meeting)
    answer = ben.client.post(url(meeting, "meeting"), note("The room costs <b>forty</b>."))
    assert answer.status_code == 404 and "costs &lt;b&gt;forty" in answer.content.decode()
    assert "kept nowhere" not in ben.client.get(url(meeting, "meeting")).content.decode()


def test_a_meeting_begins_turns_ends_and_goes_on_after_all(ana, meeting):
    one, two = items(ana, meeting)
    step = url(meeting, "meeting", "next")
    ana.client.post(step)
    ana.client.post(step, {"item": two.pk})
    assert now(ana, meeting) == "Two"
    ana.client.post(url(meeting, "meeting"), note("Said.", two))
    ana.client.post(url(meeting, "meeting", "end"))
    assert [bool(item.talked_at) for item in items(ana, meeting)] == [False, True]
    page = ana.client.get(url(meeting, "minutes")).content.decode()
    assert "left over" in page and "ended at 18:00" in page
    ana.client.post(step)
    with ana.workspace.bound():
        assert Meeting.objects.get().goes_on
    ana.client.post(f"/gatherings/agenda/{one.pk}/off")
    assert ana.client.get(url(meeting, "meeting")).status_code == 200


# --- caught in place -----------------------------------------------------------------------------------


def test_a_decision_of_an_open_question_stands_with_it_and_in_the_minutes(ana, ben, meeting):
    with ana.workspace.bound():
        asked = ask_question(by=ana.member, at=AT, what="Who drives?")
    ana.client.post(url(meeting, "agenda"), {"all": "1"})
    item = next(one for one in items(ana, meeting) if one.origin_id)
    typed = ana.client.post(url(meeting, "meeting"), note("By turns.", item, catch="decided"))
    form = typed.context["form"]
    assert (form["words"].value(), form["question"].value()) == ("By turns.", str(asked.pk))
    posted = deciding(asked, item=item.pk)
    for _press in range(2):
        ana.client.post(url(meeting, "meeting", "decided"), posted)
    with ana.workspace.bound():
        assert Question.objects.get().decided_on == TODAY and Decision.objects.get().origin_id == meeting.pk
        (minute,) = Minute.objects.all()
        assert (minute.words, minute.more, minute.item) == ("By turns.", "Who drives?", item.pk)
    # Whoever decides the same a moment later sees what stands, and keeps what they typed.
    late = ben.client.post(url(meeting, "meeting", "decided"), deciding(asked, words="Ben drives."))
    page = late.content.decode()
    assert "Somebody was quicker." in page and "By turns." in page and "Ben drives." in page
    undo = ana.client.get(url(meeting, "meeting")).context["flash"]["undo_url"]
    ana.client.post(undo)
    with ana.workspace.bound():
        assert Question.objects.get().is_open and not Minute.objects.exists()


def test_a_new_question_is_asked_and_decided_at_once(ana, ben, meeting):
    one, _two = items(ana, meeting)
    page = url(meeting, "meeting", "decided")
    refused = ana.client.post(page, deciding())
    assert "Say in one sentence" in refused.content.decode() and "By turns." in refused.content.decode()
    many = {"how": "count", "in_favour": "7", "against": "5", "what": "Who cooks?", "item": one.pk}
    asked = ana.client.post(page, deciding(**many))
    assert "12 hands, and 2 of us have a say here. Were guests counted?" in asked.content.decode()
    ana.client.post(page, deciding(**many, guests="on"))
    with ana.workspace.bound():
        question = Question.objects.get()
        assert (question.what, question.origin_id) == ("Who cooks?", meeting.pk)
        assert Decision.objects.get().guests_counted and Minute.objects.get().ref_id == question.pk
    see(ben)
    assert "Who cooks?" in ben.client.get(url(meeting, "minutes")).content.decode()


def test_a_question_that_gathers_answers_isnt_decided_over_them(ana, meeting):
    with ana.workspace.bound():
        asked = ask_question(
            by=ana.member, at=AT, what="Where?", gathers="freely", gather_until=TODAY + timedelta(days=3)
        )
    page = ana.client.post(url(meeting, "meeting", "decided"), deciding(asked)).content.decode()
    assert "Answers are still being gathered" in page and "By turns." in page
    with ana.workspace.bound():
        assert not Minute.objects.exists() and Question.objects.get().is_open


def test_a_to_do_reports_back_at_the_first_meeting_after_its_day(ana, ben, meeting):
    one, _two = items(ana, meeting)
    typed = ana.client.post(
        url(meeting, "meeting"), note("Ask for the hall\nTwice a month", one, catch="agreed")
    )
    form = typed.context["form"]
    assert (form["what"].value(), form["how"].value()) == ("Ask for the hall", "Twice a month")
    posted = {
        "once": str(uuid4()),
        "item": one.pk,
        "member": ben.member.pk,
        "what": "Ask for the hall",
        "how": "Twice a month",
        "other_day": "2026-03-20",
        "report": "due",
    }
    for _press in range(2):
        ana.client.post(url(meeting, "meeting", "agreed"), posted)
    with ana.workspace.bound():
        todo = ToDo.objects.get()
        assert (todo.member, todo.due, todo.origin_id) == (ben.member, date(2026, 3, 20), meeting.pk)
        assert Minute.objects.get().report_on == todo.due
        soon, late = met(ana, starts_at=THIS_EVENING + timedelta(days=7)), met(ana, starts_at=IN_A_MONTH)

    def reports(gathering):
        groups = ana.client.get(url(gathering, "agenda")).context["agenda"].groups
        return [row.note for group in groups for row in group.rows if row.matter.origin == todo.ref]

    assert reports(soon) == [] and reports(late) == ["Ben reports back: not ticked yet"]
    ben.client.post(f"/to-dos/{todo.pk}/done")
    assert reports(late) == ["Ben reports back: done"]
    ana.client.post(url(late, "agenda"), {"all": "1"})
    assert reports(late) == []
    with ana.workspace.bound():
        later = met(ana, starts_at=IN_A_MONTH + timedelta(days=28))
    assert reports(later) == []


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"what": ""}, "what"),
        ({"day": "2020-01-01"}, "day"),
        ({"report": "day"}, "report_day"),
        ({"report": "day", "report_day": "2020-01-01"}, "report_day"),
        ({"member": str(uuid4())}, "member"),
    ],
)
def test_a_to_do_that_cant_be_is_said_and_kept(ana, meeting, wrong, field):
    posted = {"member": ana.member.pk, "what": "Soup", "how": "Without meat", "day": "2026-03-09", **wrong}
    answer = ana.client.post(url(meeting, "meeting", "agreed"), posted)
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert "Without meat" in answer.content.decode()


def test_an_idea_is_caught_in_place(ana, ben, meeting):
    one, _two = items(ana, meeting)
    ana.client.post(url(meeting, "meeting", "next"))
    here = ana.client.get(url(meeting, "meeting")).content.decode()
    assert here.count("formnovalidate") == 4  # going on, and each that is caught, needs nothing in the box
    typed = ana.client.post(url(meeting, "meeting"), note("A bench", one, catch="raised"))
    assert typed.context["form"]["words"].value() == "A bench"
    assert 'name="kept"' in typed.content.decode()
    cancelled = ana.client.post(url(meeting, "meeting"), note("A bench", one, kept="1"))
    assert cancelled.context["form"]["words"].value() == "A bench" and not cancelled.context["written"]
    posted = {
        "once": str(uuid4()),
        "item": one.pk,
        "words": "A bench",
        "member": ben.member.pk,
        "telling": "no_name",
    }
    for _press in range(2):
        ana.client.post(url(meeting, "meeting", "raised"), posted)
    with ana.workspace.bound():
        idea = Idea.objects.get()
        assert (idea.member, idea.whose, idea.origin_id) == (ben.member, "one of us", meeting.pk)
        assert Minute.objects.get().ref_id == idea.pk
    empty = ana.client.post(url(meeting, "meeting", "raised"), {**posted, "once": str(uuid4()), "words": " "})
    assert "words" in empty.context["form"].errors
