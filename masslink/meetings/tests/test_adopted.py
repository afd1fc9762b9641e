"""Minutes are adopted at the next meeting, then only corrected; found again, told in the history, on Today."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.collective.acts import let_go
from masslink.conftest import AT
from masslink.decisions.acts import ask_question, decide
from masslink.decisions.models import Question
from masslink.gatherings import acts as gatherings
from masslink.gatherings import asking
from masslink.meetings import acts, minuting
from masslink.meetings.models import Adoption, AgendaItem, Minute
from masslink.meetings.tests.stage import (
    IN_A_MONTH,
    THIS_EVENING,
    TODAY,
    deciding,
    items,
    met,
    note,
    put_on,
    see,
    titles,
    url,
    written,
)
from masslink.tasks.models import ToDo
from masslink.vault import history

MONTH_AGO = THIS_EVENING - timedelta(days=28)


@pytest.fixture
def before(ana, ben):
    """Last month's meeting, with minutes."""
    with ana.workspace.bound():
        made = met(ana, starts_at=MONTH_AGO)
        minuting.write(by=ana.member, at=MONTH_AGO, gathering=made, words="The room costs forty.")
        asking.note_came(by=ana.member, at=MONTH_AGO, gathering=made, members=[ana.member])
    see(ben)
    return made


def adopting(someone, gathering, **more):
    form = someone.client.get(url(gathering, "minutes", "adopt")).context["form"]
    return {**{name: form[name].value() for name in ("seen", "at_gathering")}, "on": "2026-03-02", **more}


def test_tea_adopts_nothing_and_todays_meeting_does_before_its_hour(ana, meeting, before):
    with ana.workspace.bound():
        met(ana, starts_at=THIS_EVENING - timedelta(days=7), kind="event")
        soon = met(ana, starts_at=THIS_EVENING + timedelta(hours=4))
    form = ana.client.get(url(before, "minutes", "adopt")).context["form"]
    offered = [key for key, _label in form.fields["at_gathering"].choices]
    assert offered == [str(meeting.pk), str(soon.pk), ""] and form["at_gathering"].value() == soon.pk


def test_minutes_wait_at_the_next_meeting_and_are_adopted_once(ana, ben, meeting, before):
    agenda = url(meeting, "agenda")
    assert "Not adopted yet: All of us" in ana.client.get(agenda).content.decode()
    both = [
        adopting(someone, before, corrections=words) for someone, words in ((ana, "Fifty."), (ben, "Sixty."))
    ]
    assert both[0]["at_gathering"] == meeting.pk
    ana.client.post(url(before, "minutes", "adopt"), both[0])
    late = ben.client.post(url(before, "minutes", "adopt"), both[1]).content.decode()
    assert "These minutes are adopted by now." in late and "Sixty." in late
    with ana.workspace.bound():
        adoption = Adoption.objects.get()
        assert (adoption.by, adoption.on, adoption.at_gathering) == (ana.member, TODAY, meeting.pk)
    page = ben.client.get(url(before, "minutes")).content.decode()
    assert "Adopted on 2 March 2026 at “All of us”." in page and "Fifty." in page and "There: Ana." in page
    assert "Not adopted yet" not in ana.client.get(agenda).content.decode()
    # Nothing in them is changed any more, however it is tried; what was typed isn't lost.
    with ana.workspace.bound():
        (one,) = Minute.objects.all()
    tried = [(f"/gatherings/minutes/{one.pk}", {"words": "Another", "version": one.version})]
    tried += [(url(before, "meeting"), note("Another")), (url(before, "meeting", "agreed"), {
        "member": ana.member.pk, "what": "Another", "day": "2026-03-09"})]  # fmt: skip
    tried += [(url(before, "meeting", "decided"), deciding(what="Another?", words="Another"))]
    for address, posted in tried:
        answer = ana.client.post(address, posted).content.decode()
        assert "These minutes are adopted by now." in answer and "Another" in answer, address
    for step, beside in (("decided", {"what": "Who asked?"}), ("agreed", {"how": "By hand"})):
        fields = deciding(member=ana.member.pk, day="2026-03-09", **{"what": "What?", **beside})
        answer = ana.client.post(url(before, "meeting", step), fields).content.decode()
        assert all(text in answer for text in beside.values()), step
    ana.client.post(f"/gatherings/minutes/{one.pk}/out")
    for _press in range(2):
        ben.client.post(url(before, "minutes", "correct"), {"words": "It was fifty.", "once": str(uuid4())})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert written(before) == ["The room costs forty.", "It was fifty."]
        assert not ToDo.objects.exists() and not Question.objects.exists()
    assert "Corrections since they were adopted" in ana.client.get(url(before, "minutes")).content.decode()


def test_a_name_is_taken_out_for_good_also_where_they_are_adopted(ana, ben, before):
    with ana.workspace.bound():
        item = put_on(ana, before, "What about Rosa?")[0]
        one = minuting.write(
            by=ana.member, at=AT, gathering=before, item=item, words="rosa signed, Rosalind didn’t."
        )
        minuting.edit(by=ana.member, at=AT, minute=one, words="rosa signed.")
        minuting.write(by=ana.member, at=AT, gathering=before, words="Rosamund came later.")
        minuting.adopt(by=ana.member, at=AT, gathering=before, on=TODAY, corrections="Rosa came.")
    found = ana.client.post("/people/find", {"q": "rosa"}).content.decode()
    assert "Minutes: All of us" in found
    page = url(before, "minutes", "black-out")
    assert "doesn’t stand in these" in ana.client.post(page, {"words": "Marisol"}).content.decode()
    seen = ana.client.post(page, {"words": "ROSA"})
    assert "▮▮▮ signed." in seen.content.decode() and "Rosamund came later" not in seen.content.decode()
    assert "rosa signed." in ana.client.get(url(before, "minutes")).content.decode()  # only shown so far
    sure = {"words": "ROSA", "sure": seen.context["form"]["sure"].value()}
    wider = ana.client.post(page, {**sure, "within": "on"}).content.decode()
    assert "▮▮▮mund came later" in wider  # for something else it is shown anew
    assert "Blacked out in 3 places" in ana.client.post(page, sure, follow=True).content.decode()
    shown = ben.client.get(url(before, "minutes")).content.decode()
    assert "▮▮▮ signed." in shown and "osa " not in shown and "Rosamund came later." in shown
    with ana.workspace.bound():
        done = next(d for d in history.recent(limit=9) if d.kind == "minute_edited")
    ana.client.post(f"/us/undo/{done.id}")
    assert "Rosalind" not in ana.client.get(url(before, "minutes")).content.decode()
    with ana.workspace.bound():
        posted = {"title": "Another", "version": AgendaItem.objects.get(pk=item.pk).version}
    assert "are adopted" in ana.client.post(f"/gatherings/agenda/{item.pk}", posted).content.decode()


def test_a_name_goes_from_minutes_of_a_gathering_that_is_off_the_list_too(ana, before):
    with ana.workspace.bound():
        minuting.write(by=ana.member, at=AT, gathering=before, words="Rosa signed.")
        gatherings.drop(by=ana.member, at=AT, gathering=before)
    page = url(before, "minutes", "black-out")
    assert page in ana.client.post("/people/find", {"q": "rosa"}).content.decode()
    sure = ana.client.post(page, {"words": "Rosa"}).context["form"]["sure"].value()
    done = ana.client.post(page, {"words": "Rosa", "sure": sure}, follow=True)
    assert done.status_code == 200 and "Blacked out in 1 place" in done.content.decode()
    assert page not in ana.client.post("/people/find", {"q": "rosa"}).content.decode()


def test_the_agenda_of_adopted_minutes_stays_as_it_is(ana, before):
    with ana.workspace.bound():
        item, _two = put_on(ana, before, "One", "Two")
        acts.go_on(by=ana.member, at=AT, gathering=before, item=item)
        minuting.adopt(by=ana.member, at=AT, gathering=before, on=TODAY)
    for page, posted in (
        (f"/gatherings/agenda/{item.pk}/off", {}),
        (url(before, "agenda", "order"), {"down": item.pk}),
        (url(before, "agenda", "templates"), {"order": "union"}),
        (url(before, "agenda", "new"), {"title": "Three"}),
        (url(before, "meeting", "next"), {"item": item.pk}),
    ):
        answer = ana.client.post(page, posted, follow=True)
        assert answer.status_code == 200 and "are adopted: nothing" in answer.content.decode(), page
    page = ana.client.get(url(before, "agenda")).content.decode()
    assert "this agenda stays as it is" in page and "Put it in another order" not in page
    assert "Take it off" not in ana.client.get(f"/gatherings/agenda/{item.pk}").content.decode()
    with ana.workspace.bound():
        assert titles(before) == ["One", "Two"]
        assert AgendaItem.objects.get(pk=item.pk).talked_at


def test_what_stands_in_adopted_minutes_isnt_undone(ana, before):
    with ana.workspace.bound():
        item = put_on(ana, before, "One")[0]
        out = minuting.write(by=ana.member, at=AT, gathering=before, words="It is out.")
        minuting.take_out(by=ana.member, at=AT, minute=out)
        minuting.write(by=ana.member, at=AT, gathering=before, item=item, words="It stays.")
        minuting.adopt(by=ana.member, at=AT, gathering=before, on=TODAY)
        minuting.correct(by=ana.member, at=AT, gathering=before, words="A correction.")
        done = {one.kind: one.id for one in reversed(history.recent(limit=9))}
    for kind in ("agenda_taken_up", "minute_written", "minute_taken_out"):
        assert "are adopted by now" in ana.client.post(f"/us/undo/{done[kind]}", follow=True).content.decode()
    ana.client.post(f"/us/undo/{done['minutes_corrected']}")
    with ana.workspace.bound():
        assert titles(before) == ["One"]
        assert set(written(before)) == {"The room costs forty.", "It stays."}


def test_an_adoption_is_taken_back(ana, meeting, before):
    ana.client.post(url(before, "minutes", "adopt"), adopting(ana, before))
    undo = ana.client.get(url(before, "minutes")).context["flash"]["undo_url"]
    ana.client.post(undo)
    assert "Not adopted yet" in ana.client.get(url(meeting, "agenda")).content.decode()
    answer = ana.client.post(url(before, "minutes", "correct"), {"words": "It was fifty."}).content.decode()
    assert "The adoption was taken back" in answer and "It was fifty." in answer


def test_minutes_that_changed_meanwhile_are_read_again(ana, ben, meeting, before):
    posted = adopting(ana, before, corrections="Fifty.")
    with ben.workspace.bound():
        minuting.write(by=ben.member, at=AT, gathering=before, words="One line more.")
    page = ana.client.post(url(before, "minutes", "adopt"), posted)
    assert (
        "Somebody changed the minutes meanwhile." in page.content.decode()
        and "Fifty." in page.content.decode()
    )
    ana.client.post(url(before, "minutes", "adopt"), {**posted, "seen": page.context["form"]["seen"].value()})
    with ana.workspace.bound():
        assert Adoption.objects.exists()


def test_there_is_nothing_to_adopt_before_it_was_held(ana, meeting):
    with ana.workspace.bound():
        ahead = met(ana, starts_at=IN_A_MONTH)
        put_on(ana, ahead, "The key")
    for one in (meeting, ahead):
        answer = ana.client.post(url(one, "minutes", "adopt"), {"on": "2026-03-02"}, follow=True)
        assert "no minutes to adopt yet" in answer.content.decode()
    with ana.workspace.bound():
        assert not Adoption.objects.exists()


# --- found again, told, seen ---------------------------------------------------------------------------


def test_minutes_are_found_by_their_words(ana, cy, meeting, before):
    found = ana.client.post("/gatherings/minutes", {"q": "fort"}).content.decode()
    assert "The room costs <b>forty</b>." in found
    assert (
        "No agenda and no minutes here say that."
        in cy.client.post("/gatherings/minutes", {"q": "fort"}).content.decode()
    )
    assert "not adopted yet" in ana.client.get("/gatherings/minutes").content.decode()
    with ana.workspace.bound():
        gatherings.drop(by=ana.member, at=AT, gathering=before)
    assert "forty" not in ana.client.post("/gatherings/minutes", {"q": "fort"}).content.decode()
    assert ana.client.get(url(before, "minutes")).status_code == 404


def test_minutes_ask_as_much_for_one_as_for_fifty(ana, ben, meeting):
    one, _two = items(ana, meeting)
    counts = []
    for number in (1, 50):
        with ana.workspace.bound():
            for n in range(number):
                minuting.agree_to_do(
                    by=ana.member,
                    at=AT,
                    gathering=meeting,
                    item=one,
                    member=ben.member,
                    what=f"{n}",
                    due=TODAY,
                )
        with ana.workspace.bound(), CaptureQueriesContext(ana.workspace.db) as queries:
            for page in ("meeting", "minutes"):
                assert len(ana.client.get(url(meeting, page)).content) < 100_000
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_history_tells_it_without_the_words(ana, meeting, before):
    ana.client.post(url(meeting, "meeting"), note("Very secret words."))
    ana.client.post(url(before, "minutes", "adopt"), adopting(ana, before))
    page = ana.client.get("/us/history").content.decode()
    assert "wrote minutes" in page and "noted that minutes are adopted" in page and "put on an agenda" in page
    assert "secret" not in page


def test_today_names_the_agenda_to_make_and_minutes_to_read(ana, ben, before):
    with ana.workspace.bound():
        ahead = met(ana, starts_at=THIS_EVENING + timedelta(days=5))
        gatherings.set_role(by=ana.member, at=AT, gathering=ahead, task="chair", member=ana.member)
    see(ben)
    assert "you chair, and there is no agenda yet" in ana.client.get("/").content.decode()
    assert "All of us, Saturday" not in "".join(
        line.text for line in ben.client.get("/").context["lines"]
    )  # fmt: skip
    with ana.workspace.bound():
        put_on(ana, ahead, "The key")
    assert "the minutes before it wait to be read" in ana.client.get("/").content.decode()
    with ana.workspace.bound():
        minuting.adopt(by=ana.member, at=AT, gathering=before, on=TODAY)
    assert "the minutes before it wait" not in ana.client.get("/").content.decode()


def test_who_left_stands_in_the_minutes_and_leads_nothing_new(ana, ben, meeting):
    one, _two = items(ana, meeting)
    with ana.workspace.bound():
        acts.edit_item(by=ana.member, at=AT, item=one, title="One", about="", minutes=None, lead=ben.member)
        asked = ask_question(by=ana.member, at=AT, what="Who drives?")
        decide(by=ana.member, at=AT, question=asked, words="Ana.")
        let_go(by=ana.member, at=AT, member=type(ben.member).objects.get(pk=ben.member.pk))
    assert "Ben" in ana.client.get(url(meeting, "agenda")).content.decode()
    form = ana.client.get(f"/gatherings/agenda/{one.pk}").context["form"]
    with ana.workspace.bound():
        assert list(form.fields["lead"].queryset) == [ana.member]
