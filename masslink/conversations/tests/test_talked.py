"""Logging a talk: once, with whom one meant, and nothing that was typed is lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from masslink.people.acts import add_person
from masslink.people.models import Deed, Person
from masslink.sites.acts import open_site
from masslink.tasks.acts import promise
from masslink.tasks.models import ToDo


@pytest.fixture
def kitchen(ana, at):
    with ana.workspace.bound():
        return open_site(by=ana.member, at=at, kind="workplace", name="Kitchen")


def form(*persons, **fields):
    base = {"once": str(uuid4()), "picks": "anywhere", "who": "", "how": "talked", "words": "", "day": ""}
    return {**base, "person": [str(p.pk) for p in persons], **fields}


def test_pressing_twice_saves_once_and_comes_back(ana, person):
    posted = form(person, words="They moved the clock.", back="/people")
    for _ in range(2):
        answer = ana.client.post("/talked", posted)
        assert (answer.status_code, answer.url) == (302, "/people")
    with ana.workspace.bound():
        assert Deed.objects.get().words == "They moved the clock."
    assert b"Saved. Talked with Marisol R.<" in ana.client.get("/to-dos").content


def test_back_and_the_same_words_under_a_new_id_save_once(ana, person):
    for words in ("They moved the clock.", "They moved the clock.", "And the bell."):
        ana.client.post("/talked", form(person, words=words))
    with ana.workspace.bound():
        assert sorted(Deed.objects.values_list("words", flat=True)) == [
            "And the bell.",
            "They moved the clock.",
        ]


def test_what_was_changed_after_a_lost_answer_is_asked_about_and_kept(ana, person):
    posted = form(person, words="One")
    ana.client.post("/talked", posted)
    answer = ana.client.post("/talked", {**posted, "words": "One, and two"})
    assert "saved a moment ago" in answer.content.decode()
    assert "One, and two" in answer.content.decode()
    again = {**posted, "words": "One, and two", "once": answer.context["form"]["once"].value()}
    ana.client.post("/talked", again)
    with ana.workspace.bound():
        assert Deed.objects.count() == 2


def test_after_undo_the_same_form_saves_again(ana, person):
    posted = form(person, words="Twice")
    ana.client.post("/talked", posted)
    undo = ana.client.get("/to-dos").context["flash"]["undo_url"]
    ana.client.post(undo)
    with ana.workspace.bound():
        assert not Deed.objects.exists()
    ana.client.post("/talked", posted)
    with ana.workspace.bound():
        assert Deed.objects.count() == 1


def test_several_persons_of_two_places_in_one_act_with_one_undo(ana, person, kitchen, at):
    with ana.workspace.bound():
        ruth = add_person(by=ana.member, at=at, site=kitchen, name="Ruth")
    ana.client.post("/talked", form(person, ruth, deeds=["came"]))
    with ana.workspace.bound():
        assert Deed.objects.filter(deed_kind="talked").count() == 2
        assert set(Deed.objects.filter(deed_kind="came").values_list("person__name", flat=True)) == {
            "Ruth",
            "Marisol R.",
        }
    undo = ana.client.get("/to-dos").context["flash"]["undo_url"]
    ana.client.post(undo)
    with ana.workspace.bound():
        assert not Deed.objects.exists()


def test_somebody_new_on_the_way_needs_a_place_only_where_there_are_several(ana, site, unit):
    ana.client.post("/talked", form(new=["tall guy, packing"], new_unit=str(unit.pk)))
    with ana.workspace.bound():
        tall = Person.objects.get()
        assert (tall.site, tall.unit, tall.deeds.count()) == (site, unit, 1)


def test_with_several_places_the_new_ones_place_is_asked_and_nothing_is_lost(ana, site, kitchen):
    posted = form(new=["tall guy"], words="Who cleans the belt?", deeds=["led"], what="Bring tea")
    answer = ana.client.post("/talked", posted)
    page = answer.content.decode()
    assert answer.status_code == 200
    for kept in ("tall guy", "Who cleans the belt?", "Bring tea", "Which place"):
        assert kept in page
    assert answer.context["form"].more_open
    with ana.workspace.bound():
        assert not Person.objects.exists()
    ana.client.post("/talked", {**posted, "new_place": str(kitchen.pk), "what": ""})
    with ana.workspace.bound():
        assert Person.objects.get().site == kitchen


def test_what_was_typed_but_not_tapped_is_asked_never_dropped(ana, person, site, at):
    with ana.workspace.bound():
        add_person(by=ana.member, at=at, site=site, name="Mark")
    answer = ana.client.post("/talked", form(who="ma"))
    assert {p.name for p in answer.context["picking"].offered} == {"Marisol R.", "Mark"}
    assert "Whom do you mean" in answer.content.decode()
    ana.client.post("/talked", form(who="mark"))  # a whole name, and only one has it
    with ana.workspace.bound():
        assert Deed.objects.get().person.name == "Mark"
    ana.client.post("/talked", form(person, who="mari"))  # left over from finding them
    with ana.workspace.bound():
        assert Deed.objects.count() == 2


def test_find_without_scripts_offers_and_complains_of_nothing(ana, person):
    answer = ana.client.post("/talked", form(who="ma", find="1", how=""))
    assert "Not saved" not in answer.content.decode()
    assert [p.name for p in answer.context["picking"].offered] == ["Marisol R."]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"was_on": "2999-01-01"}, "still to come"),
        ({"words": "x" * 10_001}, "10001 letters"),
        ({"what": "Tea"}, "By when"),
        ({"what": "Tea", "other_day": "2001-01-01"}, "That day is over"),
        ({"how": "nonsense"}, "Not saved"),
    ],
)
def test_refused_in_plain_words_with_everything_kept(ana, person, fields, said):
    answer = ana.client.post("/talked", form(person, **{"words": "Kept words", **fields}))
    page = answer.content.decode()
    assert said in page
    assert fields.get("words", "Kept words") in page
    assert f'value="{person.pk}" checked' in page
    with ana.workspace.bound():
        assert not Deed.objects.exists()


def test_ten_thousand_letters_fit(ana, person):
    ana.client.post("/talked", form(person, words="ä" * 10_000))
    with ana.workspace.bound():
        assert len(Deed.objects.get().words) == 10_000


def test_a_day_alone_means_talk_again_and_promises_are_ticked_off(ana, person, at):
    with ana.workspace.bound():
        kept = promise(by=ana.member, at=at, member=ana.member, what="Sheet", due=at.date(), person=person)
    page = ana.client.get(f"/talked?person={person.pk}")
    assert "Sheet" in page.content.decode()
    tomorrow = page.context["form"]["day"].field.choices[0][0]
    ana.client.post("/talked", form(person, day=tomorrow, kept=[str(kept.pk)]))
    with ana.workspace.bound():
        assert ToDo.objects.get(pk=kept.pk).done_at
        following = ToDo.objects.open().get()
        assert (following.what, following.due.isoformat()) == ("Talk again", tomorrow)
        assert following.origin == Deed.objects.get().ref


def test_yesterday_is_yesterday(ana, person, at, monkeypatch):
    monkeypatch.setattr("masslink.core.clock.now", lambda: at)
    monkeypatch.setattr("masslink.core.clock.today", lambda: at.date())
    for was in ("yesterday", "earlier", ""):
        ana.client.post("/talked", form(person, was=was))
    with ana.workspace.bound():
        days = list(Deed.objects.order_by("at").values_list("on", flat=True))
        assert days == [at.date() - timedelta(days=1), at.date(), at.date()]
        assert Deed.objects.latest("at").at == at


def test_two_letters_find_and_keep_who_is_ticked(ana, person, site, at):
    with ana.workspace.bound():
        ruth = add_person(by=ana.member, at=at, site=site, name="Ruth A.")
    answer = ana.client.post("/talked/who", {"who": "ru", "person": [str(person.pk)], "picks": "anywhere"})
    picking = answer.context["picking"]
    assert [p.pk for p in picking.picked] == [person.pk]
    assert [p.pk for p in picking.offered] == [ruth.pk]
    assert picking.offered_new == "ru"
    for odd in ('"', "a*", "ru OR", "%_", "'--"):
        assert ana.client.post("/talked/who", {"who": odd, "picks": "anywhere"}).status_code == 200


def test_those_without_access_find_and_log_nobody(ana, ben, cy, person):
    for other in (ben, cy):
        assert "Marisol" not in other.client.post("/talked/who", {"who": "ma"}).content.decode()
        answer = other.client.post("/talked", form(person))
        assert answer.status_code == 200  # asked again: nobody here is called that
    with ana.workspace.bound():
        assert not Deed.objects.exists()


def test_a_part_of_a_page_asked_for_meanwhile_leaves_the_news_to_the_next_page(ana, person):
    """A chip tapped just before saving asks for a part; that answer may come in between."""
    ana.client.post("/talked", form(person))
    assert "Saved" not in ana.client.post("/talked/who", {"who": "ma"}, headers={"HX-Request": "true"}).text
    assert "Saved. Talked with Marisol R." in ana.client.get("/to-dos").content.decode()
