"""Today: who to see and why, in which order, at most seven, at a small fixed cost."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from masslink.conversations.acts import log_talk
from masslink.desk.waiting import people_to_see
from masslink.people.acts import add_person, edit_person, hand_on, leave_site, record_deed, take_on
from masslink.tasks.acts import promise


@pytest.fixture(autouse=True)
def clock(at, monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())


class Story:
    """Things that happened so many days ago."""

    def __init__(self, someone, site, at):
        self.me, self.site, self.at, self.workspace = someone.member, site, at, someone.workspace

    def ago(self, days):
        return {"by": self.me, "at": self.at - timedelta(days=days)}

    def person(self, name, **fields):
        return add_person(**self.ago(200), site=self.site, name=name, **fields)

    def taken_on(self, name, *, rhythm=14, talked=None, since=100, words="", **fields):
        person = self.person(name, **fields)
        if talked is not None:
            log_talk(**self.ago(talked), persons=[person], how="talked", words=words)
        take_on(**self.ago(since), person=person, member=self.me, rhythm_days=rhythm)
        return person

    def promise(self, what, due, person=None):
        day = self.at.date() + timedelta(days=due)
        return promise(**self.ago(3), member=self.me, what=what, due=day, person=person, site=self.site)


@pytest.fixture
def story(ana, site, at):
    with ana.workspace.bound():
        yield Story(ana, site, at)


def see(someone):
    answer = someone.client.get("/")
    assert answer.status_code == 200
    return answer.context


def shown(someone):
    return [(row.person.name, row.state) for row in see(someone)["people"]]


def test_a_fresh_collective_is_shown_its_first_step(ana):
    context = see(ana)
    assert context["headline"] == "Nobody is waiting for you today"
    assert context["step"].label == "Open a place"


def test_the_next_steps_are_names_then_taking_on_then_calm(ana, story):
    assert see(ana)["step"].url == f"/places/{story.site.pk}/names"
    ruth = story.person("Ruth")
    assert see(ana)["step"].url == "/people"
    take_on(**story.ago(0), person=ruth, member=ana.member, rhythm_days=14)
    context = see(ana)
    assert (context["step"], context["people"], context["promises"]) == (None, [], [])


def test_why_and_in_which_order(ana, story):
    story.taken_on("Fresh", talked=3)
    story.taken_on("Due", talked=14)
    story.taken_on("Cooling", talked=30, words="I was at the last one.")
    story.taken_on("Slow and due", rhythm=60, talked=70)
    story.taken_on("Out of touch", rhythm=60, talked=370, since=380)
    promised = story.taken_on("Promised", talked=2)
    story.promise("Bring the sheet", 0, promised)
    story.promise("Call", 1, story.person("Tomorrow"))
    story.promise("Much later", 30, story.person("Not yet"))
    assert shown(ana) == [
        ("Promised", "promised"),
        ("Tomorrow", "tomorrow"),
        ("Out of touch", "out of touch"),
        ("Cooling", "cooling"),
        ("Slow and due", "due"),
        ("Due", "due today"),
    ]
    context = see(ana)
    assert context["headline"] == "Six people to see"
    row = context["people"][3]
    assert row.words == "I was at the last one."
    assert "You promised: Bring the sheet." in context["people"][0].notes


def test_a_link_never_talked_with_counts_from_taking_on(ana, story):
    story.taken_on("New", since=13)
    story.taken_on("Waiting", since=14)
    assert shown(ana) == [("Waiting", "due today")]


def test_my_rhythm_counts_not_a_companions(ana, ben, story, shared_site):
    shared = story.taken_on("Shared", rhythm=30, talked=20)
    take_on(**story.ago(50), person=shared, member=ben.member, rhythm_days=7)
    assert shown(ana) == []
    with ben.workspace.bound():
        assert shown(ben) == [("Shared", "cooling")]


def test_came_or_stood_up_and_nobody_talked_with_them(ana, ben, story, shared_site):
    came = story.person("Came")
    record_deed(**story.ago(20), person=came, kind="came")
    record_deed(**story.ago(90), person=story.person("Came long ago"), kind="came")
    met = story.person("Came and talked")
    log_talk(**story.ago(20), persons=[met], how="talked", deeds=["came"])
    take_on(**story.ago(20), person=met, member=ana.member, rhythm_days=30)
    bens = story.person("Ben sees to them")
    record_deed(**story.ago(5), person=bens, kind="signed")
    take_on(**story.ago(5), person=bens, member=ben.member, rhythm_days=30)
    assert shown(ana) == [("Came", "not yet talked with")]
    assert "10 February" in see(ana)["people"][0].notes[0]


def test_one_good_talk_and_no_second(ana, story):
    for name, days in (("Two weeks ago", 14), ("Last week", 7), ("In winter", 80)):
        log_talk(**story.ago(days), persons=[story.person(name)], how="talked")
    twice = story.person("Twice")
    for days in (30, 20):
        log_talk(**story.ago(days), persons=[twice], how="talked")
    planned = {"next_what": "Tea", "next_due": story.at.date() + timedelta(days=20)}
    log_talk(**story.ago(15), persons=[story.person("Planned")], how="talked", **planned)
    assert shown(ana) == [("Two weeks ago", "a second talk")]


def test_not_at_all_is_on_no_list_and_who_was_tried_today_has_had_their_turn(ana, story):
    silent = story.taken_on("Silent", talked=30)
    edit_person(**story.ago(1), person=silent, reach="not_at_all")
    story.promise("Never mind", 0, silent)
    tried = story.taken_on("Tried", talked=30)
    log_talk(**story.ago(0), persons=[tried], how="tried")
    assert shown(ana) == []


def test_who_left_the_place_or_was_handed_on(ana, ben, story, shared_site):
    left = story.taken_on("Left", talked=20)
    leave_site(**story.ago(5), person=left, on=story.at.date() - timedelta(days=5))
    handed = story.taken_on("Handed on", talked=20)
    hand_on(**story.ago(1), person=handed, to=ben.member, introduced_by=ana.member, rhythm_days=14)
    assert shown(ana) == [("Left", "due")]
    assert "Has left Warehouse; the link goes on." in see(ana)["people"][0].notes


def test_seven_at_most_and_said_that_others_wait(ana, story):
    for i in range(9):
        story.taken_on(f"No. {i}", talked=20 + i)
    context = see(ana)
    assert [row.person.name for row in context["people"]] == [f"No. {i}" for i in range(8, 1, -1)]
    assert context["headline"] == "Seven people to see"
    assert context["more"]


def test_who_came_or_talked_once_is_looked_for_until_those_before_them_are_more_than_are_shown(ana, story):
    """However many are due: what waits longest stands first, whatever the reason."""
    came = story.person("Came")
    record_deed(**story.ago(58), person=came, kind="came")
    log_talk(**story.ago(59), persons=[story.person("First")], how="talked", words="")
    for n in range(7):  # each due for six rhythms
        story.taken_on(f"Long {n}", talked=98)
    story.taken_on("Not long", talked=60)  # for little more than three
    names = [one.person for one in people_to_see(ana.member, story.at.date(), [])]
    assert len(names) == 10
    assert names[7] == came.pk
    story.taken_on("Long 7", talked=98)
    with CaptureQueriesContext(ana.workspace.db) as asked:
        assert len(people_to_see(ana.member, story.at.date(), [])) == 9
    assert len(asked) == 1


def test_each_person_stands_once_and_their_promise_is_not_said_twice(ana, story):
    both = story.taken_on("Both", talked=30)
    story.promise("First", -2, both)
    story.promise("Print", 6)
    story.promise("Next month", 30)
    context = see(ana)
    assert [row.state for row in context["people"]] == ["promised"]
    assert [row.todo.what for row in context["promises"]] == ["Print"]


def test_others_see_nothing_of_it(ana, ben, cy, story):
    story.taken_on("Cooling", talked=30)
    story.promise("Print", 1)
    for other in (ben, cy):
        with other.workspace.bound():
            other.workspace.catch_up()
            context = see(other)
        assert context["people"] == [] and context["promises"] == []
        assert context["step"].label == ("Open a place" if other.member.is_coordinator else "Ask for access")


def test_one_person_and_seven_cost_the_same(ana, story):
    counts = []
    see(ana)  # what fades is counted once a minute
    for more in (1, 9):
        for i in range(more):
            person = story.taken_on(f"{more} {i}", talked=20, words="Words")
            story.promise("Tea", 3, person)
        with CaptureQueriesContext(ana.workspace.db) as queries:
            see(ana)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_talked_from_any_page_comes_back_to_it(ana, story):
    story.taken_on("Ruth", talked=30)
    page = ana.client.get("/").content.decode()
    assert 'href="/talked?back=%2F"' in page
    assert ana.client.get("/talked?back=%2F").context["back"] == "/"
    assert ana.client.get("/talked?back=%2F%2Fevil.example").context["back"] == "/"
    assert ana.client.get("/talked?back=https://evil.example").context["back"] == "/"
