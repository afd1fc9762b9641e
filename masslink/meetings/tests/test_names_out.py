"""A name that is taken out goes from all that belongs to the minutes, and nothing brings it back."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest

from masslink.conftest import AT
from masslink.decisions import acts as decisions
from masslink.decisions.models import Question
from masslink.decisions.panels import figures
from masslink.gatherings import acts as gatherings
from masslink.gatherings import series
from masslink.gatherings.models import Gathering, Series
from masslink.gatherings.recurrence import Rule
from masslink.ideas.acts import BecomesQuestion, BecomesToDo, answer_idea
from masslink.ideas.contact_acts import note_contact_answer
from masslink.ideas.models import Idea
from masslink.ideas.panels import contacts_of
from masslink.meetings import acts, minuting, orders
from masslink.meetings.models import AgendaItem, AgendaTemplate
from masslink.meetings.names_out import Name
from masslink.meetings.tests.stage import TODAY, met, put_on, url
from masslink.people.erasing import erase_person
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo
from masslink.vault import history
from masslink.vault.act import act
from masslink.vault.record import kinds

MONTH_AGO = AT - timedelta(days=28)


def black_out(someone, gathering, words, **more):
    """First shown, then done. Returns both pages."""
    page = url(gathering, "minutes", "black-out")
    seen = someone.client.post(page, {"words": words, **more})
    sure = seen.context["form"]["sure"].value()
    done = someone.client.post(page, {"words": words, "sure": sure, **more}, follow=True)
    return seen.content.decode(), done.content.decode()


def says(someone, word):
    """Every record that says it, and every image from before that does."""
    with someone.workspace.bound():
        someone.workspace.catch_up()
        found = [
            record.kind
            for model in kinds().values()
            for record in model._default_manager.all()
            if any(word in str(getattr(record, field.attname)) for field in model._meta.concrete_fields)
        ]
        ledger = someone.workspace.ledger
        return found + [
            f"image of {payload.kind}"
            for circle in someone.workspace.circles.values()
            for _id, payload in ledger.images_of(circle, kinds())
            if word in str(payload.fields)
        ]


@pytest.fixture
def before(ana):
    """Last month's meeting, one of a series, in all of whose parts the name stands."""
    by: dict[str, Any] = {"by": ana.member, "at": MONTH_AGO}
    with ana.workspace.bound():
        said: dict[str, Any] = {"title": "Tea with Rosa", "gathering_kind": "meeting", "where": "At Rosa’s"}
        begun: dict[str, Any] = {"begins": MONTH_AGO.time(), "minutes": 90, "zone": "Europe/Berlin"}
        series.begin(**by, rule=Rule(MONTH_AGO.date(), "weeks", 2, times=4), **begun, **said)
        one = Gathering.objects.order_by("starts_at")[0]
        gatherings.set_role(**by, gathering=one, task="other", said="Rosa’s lift")
        decided, left = put_on(ana, one, "Who fetches Rosa?", "Rosa’s shift")
        acts.keep_as_template(**by, gathering=one, name="As Rosa likes it", items=[decided])
        kept = AgendaTemplate.objects.get()
        assert orders.from_text(kept.lines)[0].title == "Who fetches Rosa?"
        dropped = minuting.write(**by, gathering=one, words="Rosa came late.")
        minuting.take_out(**by, minute=dropped)
        better = minuting.write(**by, gathering=one, words="Rosa was angry.")
        minuting.edit(**by, minute=better, words="Some were angry.")
        todo: dict[str, Any] = {
            "member": ana.member,
            "what": "Write to Rosa",
            "due": TODAY,
            "how": "Rosa’s address",
        }
        minuting.agree_to_do(**by, gathering=one, item=decided, **todo)
        idea: dict[str, Any] = {"words": "Ask Rosa to speak", "member": ana.member, "telling": "name"}
        minuting.catch_idea(**by, gathering=one, item=None, **idea)
        raised = Idea.objects.get()
        answer_idea(
            **by, idea=raised, what="taken_up", words="Rosa will.", becomes=BecomesQuestion("When does Rosa?")
        )
        raised.refresh_from_db()
        known = promise(**by, member=ana.member, what="Rosa’s key", due=TODAY)
        answer_idea(**by, idea=raised, what="taken_up", becomes=known.ref)
        raised.refresh_from_db()
        becomes = BecomesToDo("Drive Rosa", ana.member, TODAY)
        answer_idea(**by, idea=raised, what="taken_up", becomes=becomes)
        what = "May Rosa come?"
        minuting.decide(**by, gathering=one, item=decided, question=None, what=what, words="Rosa may.")
        asked = Question.objects.get(what=what)
        decisions.take_position(**by, question=asked, words="Rosa helped me.")
        decisions.reserve(**by, decision=asked.decisions.get(), words="Rosa is new.")
        promise(**by, member=ana.member, what="Another Rosa", due=TODAY)  # of something else
        acts.end(**by, gathering=one)
        later = met(ana)
        item = acts.Matter(left.title, before=left.pk, about="Rosa again")
        from_it = acts.Matter("Idea: Rosa speaks", origin=raised.ref)
        acts.take_up(**by, gathering=later, matters=[item, from_it])
        minuting.adopt(**by, gathering=one, on=TODAY, corrections="Rosa’s name is Rose.")
    return one


def test_it_goes_from_all_that_came_of_the_minutes_and_stands_on_their_agenda(ana, ben, before):
    seen, done = black_out(ana, before, "Rosa")
    for text in ("Tea with ▮▮▮", "▮▮▮’s lift", "Who fetches ▮▮▮?", "As ▮▮▮ likes it", "Write to ▮▮▮",
                 "Ask ▮▮▮ to speak", "▮▮▮ will.", "When does ▮▮▮?", "Drive ▮▮▮", "▮▮▮ may.", "▮▮▮ helped me.",
                 "▮▮▮ is new.", "▮▮▮ again", "▮▮▮’s key", "Idea: ▮▮▮ speaks", "▮▮▮’s name is Rose."):  # fmt: skip
        assert text in seen, text
    assert "changed or taken out in the last 30 days" in seen and "Blacked out in" in done
    assert says(ana, "Rosa") == ["to_do"] == says(ben, "Rosa")
    with ana.workspace.bound():
        assert Series.objects.get().title == "Tea with ▮▮▮"
        assert AgendaItem.objects.filter(title="▮▮▮’s shift").count() == 2
        assert orders.from_text(AgendaTemplate.objects.get().lines)[0].title == "Who fetches ▮▮▮?"
        every = [one for one in history.recent(limit=99) if one.kind != "promised"]
        for one in every:
            with suppress(history.CantUndo):
                history.undo(one, at=AT)
    assert says(ana, "Rosa") == ["to_do"]
    again = ana.client.post(url(before, "minutes", "black-out"), {"words": "Rosa"})
    assert "doesn’t stand in these minutes" in again.content.decode()


def test_a_name_is_found_however_it_was_typed():
    name = Name("Jose\u0301  D.")
    assert name.blackened("josé\u00a0D. and Jos\u00e9\nD.: José Dee") == "▮▮▮ and ▮▮▮: José Dee"
    assert name.blackened("Nobody, Jose\u0301") == "Nobody, Jose\u0301"
    assert Name("Ros", whole=False).blackened("Across, Rosa") == "Ac▮▮▮s, ▮▮▮a"


def test_what_was_only_taken_out_cant_come_back_either(ana):
    with ana.workspace.bound():
        one = met(ana)
        minute = minuting.write(by=ana.member, at=AT, gathering=one, words="Rosa came late.")
        minuting.take_out(by=ana.member, at=AT, minute=minute)
    seen, done = black_out(ana, one, "Rosa")
    assert "changed or taken out in the last 30 days" in seen and "So it would read" not in seen
    assert "It can’t be brought back any more." in done
    assert says(ana, "Rosa") == []


def test_what_was_answered_isnt_told_before_answers_are_closed(ana, ben):
    with ana.workspace.bound():
        one = met(ana)
        asked = decisions.ask_question(by=ana.member, at=AT, what="Whom first?", gathers="freely")
        decisions.answer(by=ana.member, at=AT, question=asked, words="Rosa, in packing")
        matter = acts.Matter("Whom first?", origin=asked.ref)
        acts.take_up(by=ana.member, at=AT, gathering=one, matters=[matter])
    page = url(one, "minutes", "black-out")
    answer = ben.client.post(page, {"words": "packing"}).content.decode()
    assert "doesn’t stand in these" in answer and "Rosa" not in answer
    with ana.workspace.bound():
        minuting.write(by=ana.member, at=AT, gathering=one, words="Rosa first.")
    seen, _done = black_out(ben, one, "Rosa")
    assert "in packing" not in seen
    assert says(ana, "Rosa") == []


def test_what_lies_elsewhere_is_said(ana, ben, person):
    """An idea that moved to a place I can't open; what hangs on something of all of us at such a place."""
    with ana.workspace.bound():
        one = met(ana, site=person.site)
        todo = promise(
            by=ana.member, at=AT, member=ana.member, what="Rosa?", due=date(2026, 3, 9), site=one.site
        )
        acts.take_up(by=ana.member, at=AT, gathering=one, matters=[acts.Matter("Rosa", origin=todo.ref)])
        with act("undone", at=AT):
            ToDo.objects.all().delete()
        of_all = met(ana)
        minuting.write(by=ana.member, at=AT, gathering=of_all, words="Rosa.")
        minuting.write(by=ana.member, at=AT, gathering=one, words="Rosa too.")
    seen, _done = black_out(ana, one, "Rosa")
    assert "lies where you can’t open it" in seen and "At a place that isn’t yours" not in seen
    assert "Look in other minutes, too" in seen
    seen, _done = black_out(ana, of_all, "Rosa")
    assert "At a place that isn’t yours" in seen and "lies where you can’t open it" not in seen


def test_figures_of_what_could_be_chosen_stay_the_same(ana, person):
    by: dict[str, Any] = {"by": ana.member, "at": MONTH_AGO}
    with ana.workspace.bound():
        one = met(ana)
        asked = decisions.ask_question(
            **by, what="First?", gathers="choice", options=("Rosa’s hours", "Dues")
        )
        decisions.answer(**by, question=asked, choice="Rosa’s hours")
        note_contact_answer(**by, question=asked, person=person, choice="Rosa’s hours")
        decisions.close_gathering(**by, question=asked)
        erase_person(by=ana.member, at=AT, person=person)
        acts.take_up(by=ana.member, at=AT, gathering=one, matters=[acts.Matter("First?", origin=asked.ref)])
    black_out(ana, one, "Rosa")
    assert says(ana, "Rosa") == []
    with ana.workspace.bound():
        asked.refresh_from_db()
        shown = figures(asked, TODAY, contacts_of(asked).said)
        assert [(f.answer, f.ours, f.others) for f in shown] == [("▮▮▮’s hours", 1, 1), ("Dues", 0, 0)]
