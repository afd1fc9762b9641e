"""Where two differ by two or more: they are told, they talk, each says it again; and what ends it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from masslink.collective.acts import let_go
from masslink.collective.models import Member
from masslink.conftest import AT, Someone, join
from masslink.people import fading
from masslink.people.acts import became_member, edit_person
from masslink.people.erasing import erase_person
from masslink.people.merging import merge_persons
from masslink.people.models import Person
from masslink.people.moving import move_person
from masslink.people.records import Merged
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, Difference, StandQuestion, Tally
from masslink.people.standing.panels import open_differences, stands
from masslink.people.standing.tests.conftest import Place
from masslink.sites.acts import open_site, take_access
from masslink.vault import history
from masslink.vault.models import Past

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = AT.date()


def caught_up(someone: Someone):
    with someone.workspace.bound() as workspace:
        workspace.catch_up()


def waiting(someone: Someone, today=TODAY) -> list[Difference]:
    caught_up(someone)
    with someone.workspace.bound():
        return [one.difference for one in open_differences(reader=someone.member, today=today)]


def lines(someone: Someone) -> list[str]:
    return [line.text for line in someone.client.get("/").context["lines"]]


@pytest.fixture
def apart(ana: Someone, ben: Someone, place: Place, person: Person) -> Difference:
    place.say(ana, person, 1)
    place.say(ben, person, 4)
    (found,) = waiting(ana)
    return found


def test_the_way_to_being_settled(ana, ben, place: Place, person, apart: Difference):
    url = f"/people/{person.pk}/standing/{apart.pk}"
    for me, other in ((ana, "Ben"), (ben, "Ana")):
        assert lines(me) == [f"You and {other} see Marisol R. differently."]
        page = me.client.get(url).content.decode()
        assert "Have you talked?" in page
        assert "Leads" in page
        assert "Not interested" in page
    # To say it again before a talk settles nothing.
    ana.client.post(url, {"value": "1", "seen": "1"})
    assert not waiting(ana)[0].one_settled_at
    ben.client.post(url, {"on": "2026-03-03"})  # a day to come
    ben.client.post(url, {"on": "2026-02-01"})  # before they differed
    assert waiting(ben)[0].talked_on is None
    ben.client.post(url, {"on": "2026-03-02"})
    ben.client.post(url, {"on": "2026-03-02"})
    assert lines(ana) == ["You and Ben have talked about Marisol R.: how do you see it now?"]
    ana.client.post(url, {"value": "1", "seen": "1", "because": "Chaired"})
    assert lines(ana) == []
    assert len(lines(ben)) == 1
    ben.client.post(url, {"value": "4", "seen": "1"})
    assert (waiting(ana), lines(ben)) == ([], [])
    assert "is settled" in ana.client.get(url).content.decode()
    # Said the same again, it doesn't begin anew; another step does.
    place.say(ana, person, 1, again=True)
    assert waiting(ben) == []
    place.say(ana, person, 2)
    assert len(waiting(ben)) == 1


def test_coming_nearer_ends_it_and_undo_brings_it_back(ana, ben, place: Place, person, apart):
    done = place.say(ben, person, 2)
    assert waiting(ana) == []
    ben.client.post(reverse("undo", args=[done]))
    assert waiting(ana) == [apart]


def test_zero_differs_from_nothing(ana, ben, place: Place, person):
    place.say(ana, person, 0)
    place.say(ben, person, 5)
    assert waiting(ana) == []


@pytest.mark.parametrize("how", ["closed", "silent", "moved", "erased", "one_of_us", "back", "left"])
def test_what_ends_a_difference(ana, ben, place: Place, person, apart, how: str):
    caught_up(ana)
    with ana.workspace.bound():
        by, mine = {"by": ana.member, "at": AT}, Person.objects.get(pk=person.pk)
        if how == "closed":
            acts.close(**by, question=StandQuestion.objects.get())
        elif how == "silent":
            edit_person(**by, person=mine, reach=Person.Reach.NOT_AT_ALL)
        elif how == "moved":
            move_person(**by, person=mine, site=open_site(**by, kind="workplace", name="Elsewhere"))
            assert not Assessment.objects.exists()
        elif how == "erased":
            erase_person(**by, person=mine)
        elif how == "one_of_us":
            became_member(**by, person=mine, member=ana.member)
        elif how == "back":
            acts.take_back(**by, question=place.question, person=person.pk)
        else:
            let_go(**by, member=Member.objects.get(pk=ben.member.pk))
        assert open_differences(reader=ana.member, today=TODAY) == []
    assert not [line for line in lines(ana) if "Ben" in line]


def test_nothing_of_what_we_thought_is_left_of_somebody_who_becomes_one_of_us(ana, ben, place, person, apart):
    place.say(ana, person, 2)  # an image before
    caught_up(ana)
    with ana.workspace.bound():
        views = [one.pk for one in [*Assessment.objects.all(), *Difference.objects.all()]]
        assert Past.objects.filter(id__in=views).exists()
        became_member(by=ana.member, at=AT, person=Person.objects.get(), member=ana.member)
        assert not Assessment.objects.exists()
        assert not Difference.objects.exists()
        assert not Past.objects.filter(id__in=views).exists()
        with pytest.raises(acts.CantSay, match=acts.ONE_OF_US):
            acts.say(by=ana.member, at=AT, question=place.question, view=acts.View(person.pk, 1))


def test_two_entries_made_one_compare_what_was_said_of_both(ana, ben, dee, place: Place, person):
    (other,) = place.people(ana, 1)
    place.say(ana, person, 1)
    place.say(ben, other, 4)
    place.say(dee, other, 2)
    place.say(dee, person, 3)  # the view of whom stays counts
    caught_up(ana)
    with ana.workspace.bound():
        keep, other = Person.objects.get(pk=person.pk), Person.objects.get(pk=other.pk)
        merge_persons(by=ana.member, at=AT, keep=keep, other=other, values={})
        assert {one.member.name: one.value for one in Assessment.objects.all()} == {
            "Ana": 1,
            "Ben": 4,
            "Dee": 3,
        }
        assert Merged.objects.get().dropped == []  # what fades isn't kept anywhere beyond its time
        pairs = [one.difference for one in open_differences(reader=ana.member, today=TODAY)]
        assert {frozenset((one.one.name, one.other.name)) for one in pairs} == {
            frozenset(("Ana", "Ben")),
            frozenset(("Ana", "Dee")),
        }
        with pytest.raises(acts.CantSay, match=acts.NOT_THERE):
            acts.say(by=ana.member, at=AT, question=place.question, view=acts.View(other.pk, 1))


def test_views_joined_with_one_of_us_are_shredded(ana, place: Place, person):
    (other,) = place.people(ana, 1)
    place.say(ana, person, 1)
    with ana.workspace.bound():
        became_member(by=ana.member, at=AT, person=Person.objects.get(pk=other.pk), member=ana.member)
        keep, gone = Person.objects.get(pk=other.pk), Person.objects.get(pk=person.pk)
        merge_persons(by=ana.member, at=AT, keep=keep, other=gone, values={})
        assert not Assessment.objects.exists()


def test_after_its_time_a_view_is_shredded_and_the_numbers_stay(ana, ben, place: Place, person, apart):
    later = AT + timedelta(days=181)
    with ana.workspace.bound():
        views = [one.pk for one in Assessment.objects.all()]
        fading.fade_due(by=ana.member, at=later)
        assert not Assessment.objects.exists()
        assert not Past.objects.filter(id__in=views).exists()
        assert waiting(ana, later.date()) == []
        assert Difference.objects.get().ended_at == later
        (kept,) = Tally.objects.all()
        assert (kept.month.isoformat(), kept.counts, kept.persons) == ("2026-07-01", {"4": 1}, 1)
        assert stands(place.question, ana.member) == {}
        with pytest.raises(history.CantUndo):
            history.undo(history.recent(limit=1)[0], at=later)


def test_each_month_is_kept_once_before_anything_of_the_next_changes_it(ana, ben, place: Place, person):
    place.say(ana, person, 2)
    place.say(ana, person, 3, at=AT + timedelta(days=40))  # April: March is kept first
    place.say(ben, person, 5, at=AT + timedelta(days=41))
    caught_up(ana)
    with ana.workspace.bound():
        acts.keep_month(by=ana.member, at=AT + timedelta(days=95))  # June: May was as April
        acts.keep_month(by=ana.member, at=AT + timedelta(days=95))
        kept = [(one.month.month, one.counts) for one in Tally.objects.all()]
        assert kept == [(3, {"2": 1}), (5, {"5": 1})]


def test_differences_of_two_members_of_a_pair(ana, ben, dee, place: Place, person, apart):
    place.say(dee, person, 4)
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        me = {"reader": ana.member, "today": TODAY}
        assert [one.difference for one in open_differences(**me, members=(ana.member, ben.member))] == [apart]
        assert len(open_differences(**me, site=place.site)) == 2
        assert len(open_differences(**me, person=person)) == 2
        assert open_differences(**me, members=(ben.member, dee.member)) == []


def test_as_many_queries_for_one_difference_as_for_twenty(ana, ben, place: Place, django_assert_num_queries):
    people = place.people(ana, 20)
    for number in (1, 20):
        for person in people[:number]:
            place.say(ana, person, 1)
            place.say(ben, person, 5)
        caught_up(ana)
        with ana.workspace.bound(), django_assert_num_queries(2, using="open"):
            assert len(open_differences(reader=ana.member, today=TODAY)) == number
    assert len(lines(ana)) == 1


def test_who_lost_the_place_waits_for_nothing(ana, ben, place: Place, person, apart):
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        take_access(by=ana.member, at=AT, site=place.site, member=Member.objects.get(pk=ben.member.pk))
        assert open_differences(reader=ana.member, today=TODAY) == []


def test_a_newcomer_who_isnt_at_the_place_sees_nothing(ana, place: Place, person, apart):
    eve = join(ana, "Eve")
    assert eve.client.get(f"/people/{person.pk}/standing/{apart.pk}").status_code == 404
