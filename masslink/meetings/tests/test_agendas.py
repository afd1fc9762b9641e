"""Agendas: made of what waits and of templates, put in order, carried over; two people at once lose nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conftest import AT
from masslink.decisions.acts import ask_question, decide, withdraw
from masslink.gatherings import acts as gatherings
from masslink.ideas.acts import draw_together, raise_idea
from masslink.ideas.correction_acts import note_correction
from masslink.meetings import acts, minuting, orders
from masslink.meetings.models import MOST_ITEMS, AgendaItem, AgendaTemplate, Part
from masslink.meetings.tests.stage import IN_A_MONTH, THIS_EVENING, TODAY, met, put_on, see, titles, url
from masslink.people.acts import add_person
from masslink.people.erasing import erase_person
from masslink.people.standing.models import Difference, StandQuestion
from masslink.tasks.acts import promise
from masslink.tasks.duty_models import Duty, Turn
from masslink.vault.act import act

WEEK = timedelta(days=7)
CLASSIC = [str(title) for title, *_ in orders.GIVEN[0].lines]


def waiting(someone, gathering):
    """What waits, by part."""
    page = someone.client.get(url(gathering, "agenda"))
    return {group.label: [row.matter.title for row in group.rows] for group in page.context["agenda"].groups}


# --- what waits ----------------------------------------------------------------------------------------


def test_what_waits_comes_where_it_belongs_and_only_once(ana, ben, site):
    with ana.workspace.bound():
        meeting = met(ana)
        by = {"by": ana.member, "at": AT - timedelta(days=40)}
        ask_question(**by, what="Who drives?")
        stands = ask_question(**by, what="Do we keep the tin?")
        decide(**by, question=stands, words="Yes.", review_on=TODAY)
        promise(**by, member=ben.member, what="Ask for the room", due=TODAY)
        promise(**by, member=ana.member, what="Not yet", due=TODAY + WEEK)
        person = add_person(**by, site=site, name="Marisol")
        promise(**by, member=ana.member, what="Call her", due=TODAY, person=person)
        promise(**by, member=ana.member, what="Key of the hall", due=TODAY, site=site)
        ask_question(**by, what="Only here?", circle=site.circle)
    ana.client.post(url(meeting, "agenda", "templates"), {"order": "union"})
    assert waiting(ana, meeting) == {
        "reports": ["Ask for the room"],
        "old business": ["Does it still stand? Do we keep the tin?"],
        "new business": ["Who drives?"],
    }
    for _press in range(2):
        ana.client.post(url(meeting, "agenda"), {"all": "1"})
    with ana.workspace.bound():
        assert titles(meeting) == [
            *[*CLASSIC[:4], "Ask for the room", CLASSIC[4], "Does it still stand? Do we keep the tin?"],
            *[CLASSIC[5], "Who drives?", *CLASSIC[6:]],
        ]
    assert "stands on the agenda already" in ana.client.get(url(meeting, "agenda")).content.decode()
    assert waiting(ana, meeting) == {}
    with ana.workspace.bound():  # another phone took up the same a moment ago
        item = AgendaItem.objects.of(meeting).get(origin_kind="to_do")
        again = acts.Matter(item.title, origin=item.origin)
        assert acts.take_up(by=ana.member, at=AT, gathering=meeting, matters=[again, again]) == []
    see(ben)
    assert b"Marisol" not in ben.client.get(url(meeting, "agenda")).content


def test_a_place_meets_about_what_is_its_own(ana, ben, shared_site):
    by = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        meeting, ours = met(ana, shared_site), met(ana)
        ask_question(**by, what="Of all?")
        ask_question(**by, what="Only here?", circle=shared_site.circle)
        person = add_person(**by, site=shared_site, name="Marisol")
        with act("filled", at=AT):
            asked = StandQuestion(
                circle=shared_site.circle, site=shared_site, text="the union", by=ana.member
            )
            asked.asked_on = TODAY
            asked.save()
            for member, value in ((ana.member, 1), (ben.member, 5)):
                asked.assessments.create(
                    circle=shared_site.circle, person=person, member=member, value=value, at=AT
                )
            two = {"one": ana.member, "other": ben.member, "since": AT}
            Difference(circle=shared_site.circle, person=person, question=asked, **two).save()
            duty = Duty(
                circle=shared_site.circle, site=shared_site, name="Tea", first=TODAY, by=ana.member, at=AT
            )
            duty.save()
            for days in (3, 10):
                Turn(circle=duty.circle, duty=duty, on=TODAY + timedelta(days=days), agreed_at=AT).save()
        promise(**by, member=ana.member, what="Call her", due=TODAY, person=person)
    page = ana.client.get(url(meeting, "agenda")).content.decode()
    assert "Call her" not in page  # that is between the two
    assert "Only here?" in page and "Of all?" not in page
    assert "Who does it: Tea" in page and "nobody yet on 2 days, the first is 5 Mar" in page
    assert "Where two of us see somebody differently" in page and "one is open here" in page
    assert "Marisol" not in page
    # In the collective's circle not even how many, nor where.
    ana.client.post(url(ours, "agenda"), {"all": "1"})
    with ana.workspace.bound():
        item = AgendaItem.objects.of(ours).get(title__startswith="Where two")
        assert item.origin is None and not any(c.isdigit() for c in item.title + item.about)
    see(ben)
    assert waiting(ben, ours) == {}


def test_ideas_and_corrections_wait_and_a_persons_words_arent_copied(ana, ben, shared_site):
    by = {"by": ana.member, "at": AT - timedelta(days=20)}
    with ana.workspace.bound():
        meeting = met(ana, shared_site)
        person = add_person(**by, site=shared_site, name="Marisol")
        idea = raise_idea(**by, person=person, words="A bench in the yard")
        by["at"] += timedelta(days=1)
        also = raise_idea(**by, site=shared_site, words="Somewhere to sit")
        raise_idea(**by, site=shared_site, words="A song")
        draw_together(**by, ideas=[idea, also])
        note_correction(**by, site=shared_site, fact="We came too late", about="mistake")
        note_correction(**by, site=shared_site, fact="I was loud", about="self")
    page = ana.client.get(url(meeting, "agenda")).content.decode()
    assert "A bench in the yard" in page and "and one alike" in page and "Marisol" not in page
    see(ben)
    new = waiting(ben, meeting)["new business"]
    assert new == [
        "An idea waits for an answer",
        "Idea: A song",
        "What do we learn from it? We came too late",
    ]
    assert "What do we learn from it? I was loud" in waiting(ana, meeting)["new business"]
    ana.client.post(url(meeting, "agenda"), {"all": "1"})
    assert "A bench in the yard" in ana.client.get(url(meeting, "meeting")).content.decode()
    with ana.workspace.bound():
        erase_person(by=ana.member, at=AT, person=person)
    page = ana.client.get(url(meeting, "agenda")).content.decode()
    assert "A bench" not in page and "isn’t there any more" in page


def test_what_is_left_over_comes_to_the_next_meeting_by_a_tap(ana, site):
    with ana.workspace.bound():
        first = met(ana, starts_at=THIS_EVENING - 4 * WEEK)
        off, wrong = met(ana, starts_at=THIS_EVENING - 2 * WEEK), met(ana, starts_at=THIS_EVENING - WEEK)
        meeting = met(ana, starts_at=IN_A_MONTH)
        done, left, rests = put_on(ana, first, "Done", "Left over", "Rests")
        put_on(ana, off, "Was called off")
        put_on(ana, wrong, "Was dropped")
        acts.use_order(by=ana.member, at=AT, gathering=first, lines=orders.GIVEN[0].written)
        minuting.write(by=ana.member, at=AT, gathering=first, item=done, words="So be it.")
        acts.end(by=ana.member, at=AT, gathering=first)
        gatherings.cancel(by=ana.member, at=AT, gathering=off)
        gatherings.drop(by=ana.member, at=AT, gathering=wrong)
        running = met(ana, starts_at=AT - timedelta(minutes=30))
        put_on(ana, running, "Still to come")
        put_on(ana, met(ana, site, starts_at=THIS_EVENING - WEEK), "Of the place alone")
    everything = ["Was dropped", "Was called off", "Left over", "Rests"]
    assert waiting(ana, meeting)["old business"] == everything
    agenda = url(meeting, "agenda")
    answer = ana.client.post(f"/gatherings/agenda/{rests.pk}/rest", {"back": agenda})
    assert answer.headers["Location"] == agenda
    ana.client.post(agenda, {"take": f"agenda_item:{left.pk}"})
    assert waiting(ana, meeting)["old business"] == ["Was dropped", "Was called off"]
    with ana.workspace.bound():
        later = met(ana, starts_at=IN_A_MONTH + WEEK)
    assert waiting(ana, later)["old business"] == ["Was dropped", "Was called off"]  # it is on another agenda
    with ana.workspace.bound():
        carried = AgendaItem.objects.of(meeting).get()
        assert (carried.title, carried.before) == ("Left over", left.pk)
    # What stood on the wrong agenda comes back, and an order of business puts it under old business.
    ana.client.post(f"/gatherings/agenda/{carried.pk}/off")
    assert "Left over" in waiting(ana, meeting)["old business"]
    ana.client.post(agenda, {"take": f"agenda_item:{left.pk}"})
    ana.client.post(url(meeting, "agenda", "templates"), {"order": "union"})
    with ana.workspace.bound():
        assert titles(meeting)[4:6] == ["Old business", "Left over"]


def test_an_item_says_what_became_of_what_it_comes_from(ana, ben):
    by = {"by": ana.member, "at": AT}
    with ana.workspace.bound():
        meeting = met(ana)
        settled, gone = ask_question(**by, what="Settled?"), ask_question(**by, what="Withdrawn?")
        todo = promise(**by, member=ben.member, what="Soup", due=TODAY)
        id = todo.pk
    ana.client.post(url(meeting, "agenda"), {"all": "1"})
    with ana.workspace.bound():
        decide(**by, question=settled, words="Yes.")
        withdraw(**by, question=gone)
        with act("gone", at=AT):
            todo.delete()
    page = ana.client.get(url(meeting, "agenda")).content.decode()
    for state in ("decided on 2 Mar", "withdrawn", "isn’t there any more"):
        assert state in page
    with ana.workspace.bound():
        item = AgendaItem.objects.get(origin_id=id)
    assert "isn’t there any more" in ana.client.get(f"/gatherings/agenda/{item.pk}").content.decode()


def test_forty_things_cost_no_more_queries_than_one(ana, site):
    with ana.workspace.bound():
        meeting = met(ana)

    def fill(n):
        with ana.workspace.bound():
            for i in range(n):
                by = {"by": ana.member, "at": AT - timedelta(days=n)}
                ask_question(**by, what=f"Question {n} {i}?")
                promise(**by, member=ana.member, what=f"To do {n} {i}", due=TODAY)
                item = put_on(ana, meeting, f"Matter {n} {i}")[0]
                acts.edit_item(
                    by=ana.member, at=AT, item=item, title=item.title, about="", minutes=5, lead=ana.member
                )

    counts = []
    for number in (1, 14):
        fill(number)
        with ana.workspace.bound(), CaptureQueriesContext(ana.workspace.db) as queries:
            answer = ana.client.get(url(meeting, "agenda"))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40 and len(answer.content) < 100_000


# --- order, items, templates ---------------------------------------------------------------------------


def test_one_up_one_down_without_a_script(ana, ben):
    with ana.workspace.bound():
        meeting = met(ana)
        one, _two, three = put_on(ana, meeting, "One", "Two", "Three")
    order = url(meeting, "agenda", "order")
    ana.client.post(order, {"up": three.pk})
    ana.client.post(order, {"up": three.pk})
    ana.client.post(order, {"up": three.pk})  # it is the first already
    ben.client.post(order, {"down": one.pk})
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert titles(meeting) == ["Three", "Two", "One"]
    undo = ben.client.get(order).context["flash"]["undo_url"]
    ben.client.post(undo)
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert titles(meeting) == ["Three", "One", "Two"]
    assert ana.client.post(order, {"up": uuid4()}, follow=True).status_code == 200


def test_an_item_is_added_once_and_two_who_change_it_see_both(ana, ben):
    with ana.workspace.bound():
        meeting = met(ana)
    said = {
        "once": str(uuid4()),
        "title": "The  key",
        "minutes": "10",
        "lead": ben.member.pk,
        "about": "Who has it?",
    }
    for _press in range(2):
        assert ana.client.post(url(meeting, "agenda", "new"), said).status_code == 302
    with ana.workspace.bound():
        (item,) = AgendaItem.objects.of(meeting)
    assert (item.title, item.minutes, item.lead_id) == ("The key", 10, ben.member.pk)
    again = ben.client.post(url(meeting, "agenda", "new"), {"title": "The key", "about": "It broke."})
    assert "stands on the agenda already" in again.content.decode() and "It broke." in again.content.decode()
    page = f"/gatherings/agenda/{item.pk}"
    for someone, title in ((ana, "The keys"), (ben, "Both keys")):
        shown = {**said, "version": item.version, "title": title}
        answer = someone.client.post(page, shown)
    assert answer.status_code == 200
    both = answer.content.decode()
    assert "The keys" in both and "Both keys" in both
    ben.client.post(
        page, {**said, "title": "Both keys", "version": answer.context["form"]["version"].value()}
    )
    with ben.workspace.bound():
        assert titles(meeting) == ["Both keys"]


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "601"}, "minutes"),
        ({"lead": str(uuid4())}, "lead"),
        ({"about": "x" * 10_001}, "about"),
    ],
)
def test_nonsense_is_said_and_what_was_typed_is_kept(ana, wrong, field):
    with ana.workspace.bound():
        meeting = met(ana)
    answer = ana.client.post(
        url(meeting, "agenda", "new"), {"title": "The key", "about": "Who has it?", **wrong}
    )
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert any(kept in answer.content.decode() for kept in ("Who has it?", "The key"))


def test_an_agenda_of_a_hundred_and_no_more_than_fit(ana):
    with ana.workspace.bound():
        meeting = met(ana)
        items = put_on(ana, meeting, *(f"Matter {n}" for n in range(100)))
    for page in ("agenda", "agenda/order", "meeting", "minutes"):
        answer = ana.client.get(url(meeting, page))
        assert answer.status_code == 200 and len(answer.content) < 100_000, page
    ana.client.post(url(meeting, "agenda", "order"), {"up": items[99].pk})
    with ana.workspace.bound():
        assert titles(meeting)[98] == "Matter 99"
        put_on(ana, meeting, *(f"Another {n}" for n in range(MOST_ITEMS - 100)))
        with pytest.raises(acts.TooMany):
            put_on(ana, meeting, "One more")
    answer = ana.client.post(url(meeting, "agenda", "new"), {"title": "One more"})
    assert "holds 200 items" in answer.content.decode() and "One more" in answer.content.decode()


def test_a_template_keeps_what_could_come_again(ana, ben, site):
    with ana.workspace.bound():
        meeting, other, place = met(ana), met(ana, starts_at=IN_A_MONTH), met(ana, site)
        ask_question(by=ana.member, at=AT, what="Who drives?")
        acts.use_order(by=ana.member, at=AT, gathering=meeting, lines=orders.GIVEN[1].written)
        put_on(ana, meeting, "A song\tand tea")
    ana.client.post(url(meeting, "agenda"), {"all": "1"})
    for _press in range(2):
        ana.client.post(url(meeting, "agenda", "keep"), {"name": " Ours "})
    with ana.workspace.bound():
        template = AgendaTemplate.objects.get()
        lines = orders.from_text(template.lines)
        assert [line.title for line in lines][-2:] == ["A song and tea", "Who does what until when"]
        assert lines[0].part == Part.REPORTS and lines[0].minutes == 10
    for one in (other, place):
        ana.client.post(url(one, "agenda", "templates"), {"order": template.pk})
        with ana.workspace.bound():
            assert titles(one) == [line.title for line in lines]
    ana.client.post(url(other, "agenda", "templates"), {"order": template.pk})  # nothing is doubled
    with ana.workspace.bound():
        assert titles(other) == [line.title for line in lines]
    ana.client.post(f"/gatherings/agenda/templates/{template.pk}/drop")
    ana.client.post(url(place, "agenda", "keep"), {"name": "Of the place"})
    assert "Of the place" in ana.client.get(url(place, "agenda", "templates")).content.decode()
    assert "Of the place" not in ana.client.get(url(other, "agenda", "templates")).content.decode()
    answer = ana.client.post(url(other, "agenda", "templates"), {"order": template.pk}, follow=True)
    assert answer.status_code == 200


def test_odd_lines_of_a_template_are_titles():
    assert orders.from_text("old\t10\tOld business\n\nx\ty\tz\nAlone\n\t-3\tMinus") == [
        orders.Line("Old business", "old", 10),
        orders.Line("z"),
        orders.Line("Alone"),
        orders.Line("Minus"),
    ]


def test_an_agenda_called_off_or_moved_keeps_what_stands_on_it(ana):
    with ana.workspace.bound():
        meeting = met(ana)
        put_on(ana, meeting, "The key")
        gatherings.move(by=ana.member, at=AT, gathering=meeting, starts_at=IN_A_MONTH, ends_at=None)
        gatherings.cancel(by=ana.member, at=AT, gathering=meeting)
    page = ana.client.get(url(meeting, "agenda")).content.decode()
    assert "The key" in page and "Called off." in page and "30 March" in page
    with ana.workspace.bound():
        gatherings.drop(by=ana.member, at=AT, gathering=meeting)
    assert ana.client.get(url(meeting, "agenda")).status_code == 404


def test_an_agenda_of_a_place_isnt_there_for_who_has_no_access(ana, ben, site):
    with ana.workspace.bound():
        meeting = met(ana, site)
        (item,) = put_on(ana, meeting, "The key")
    for address in (url(meeting, "agenda"), url(meeting, "minutes"), f"/gatherings/agenda/{item.pk}"):
        assert ben.client.get(address).status_code == 404
