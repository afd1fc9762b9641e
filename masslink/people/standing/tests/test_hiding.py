"""Each looks with their own eyes: nowhere does another's view of somebody show before one has said one's own."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from masslink.conftest import AT, Someone
from masslink.people.models import Person
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, StandQuestion, Tally
from masslink.people.standing.panels import Stand, open_differences, stands
from masslink.people.standing.tests.conftest import Place
from masslink.vault.act import act

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[4]
BECAUSE = "Wouldn't sign the sheet"
LABELS = {"1": "stepone", "2": "steptwo", "3": "stepthree", "4": "stepfour", "5": "stepfive", "0": "stepnone"}


@pytest.fixture
def asked(ana: Someone, place: Place) -> Place:
    """With words for the steps that stand nowhere else on a page."""
    with ana.workspace.bound():
        ana.workspace.catch_up()
        question = StandQuestion.objects.get()
        acts.reword(by=ana.member, at=AT, question=question, text=question.text, labels=LABELS)
    return place


def pages(place: Place, person: Person) -> list[str]:
    return [
        *("/", "/people", "/us", "/us/history", f"/places/{place.site.pk}?by=depth", place.url),
        *(
            place.say_url,
            f"{place.say_url}?which=all",
            f"/people/{person.pk}",
            f"/people/{person.pk}/standing",
        ),
        *(f"/people/{person.pk}/file", f"/places/{place.site.pk}?by={place.question.pk.hex}", "/us/fading"),
    ]


# What a page says to everybody: the key, the chips and their labels.
_KEY = re.compile(
    r'<p class="scale-key">.*?</p>|<label class="chip">.*?</label>|<option.*?</option>|<ul class="stands">.*?</ul>'
    r'|<ul class="legend.*?</ul>|<th .*?</th>',
    re.S,
)


def opened(someone: Someone, path: str) -> str:
    """A page without its token."""
    answer = someone.client.get(path, follow=True)
    assert answer.status_code == 200, path
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def plain(someone: Someone, path: str) -> str:
    """A page without the words that are the same whatever anybody said."""
    return _KEY.sub("", opened(someone, path))


def test_no_page_differs_by_what_another_thinks(ana: Someone, ben: Someone, asked: Place, person: Person):
    """Ana says 1, then 5, with a reason: whatever Ben opens is the same both times, letter for letter."""
    seen = []
    for value, because in ((1, ""), (5, BECAUSE)):
        asked.say(ana, person, value, because=because)
        seen.append({path: opened(ben, path) for path in pages(asked, person)})
        # The history has a line more each time, so only its words are compared.
        seen[-1]["/us/history"] = "".join(
            sorted(set(re.findall(r"<p[^>]*>.*?</p>", seen[-1]["/us/history"])))
        )
    for path, before in seen[0].items():
        assert seen[1][path] == before, path
        assert BECAUSE not in before
    assert "<b>Ana</b> said where people stand</p>" in seen[1]["/us/history"]  # and not of whom
    # After Ben's own, he sees it.
    asked.say(ben, person, 4)
    for path in (f"/people/{person.pk}", f"/people/{person.pk}/standing"):
        assert BECAUSE.replace("'", "&#x27;") in ben.client.get(path).content.decode(), path
    assert "stepfive" in ben.client.get(f"/people/{person.pk}/file").content.decode()


def test_not_yet_known_doesnt_open_the_others_views(ana: Someone, ben: Someone, asked: Place, person: Person):
    asked.say(ana, person, 5, because=BECAUSE)
    asked.say(ben, person, 0)
    for path in pages(asked, person):
        text = plain(ben, path)
        assert "stepfive" not in text, path
        assert "sign the sheet" not in text, path
    with ben.workspace.bound():
        assert stands(asked.question, ben.member) == {person.pk: Stand(0, hidden=True)}


def test_what_was_taken_back_hides_the_others_again(ana: Someone, ben: Someone, asked: Place, person: Person):
    asked.say(ana, person, 5, because=BECAUSE)
    asked.say(ben, person, 3)
    ben.client.post(f"/people/{person.pk}/standing", {"question": str(asked.question.pk), "take_back": ""})
    page = ben.client.get(f"/people/{person.pk}/standing", follow=True).content.decode()
    assert "sign the sheet" not in page
    assert "Taken back" in page


def test_that_two_differ_is_told_only_to_who_has_said(ana, ben, dee, asked: Place, person: Person):
    asked.say(ana, person, 1)
    asked.say(ben, person, 5)
    with dee.workspace.bound() as workspace:
        workspace.catch_up()
        (found,) = open_differences(reader=dee.member, today=AT.date(), site=asked.site)
        assert (found.person, found.url) == (None, "")
        (id,) = [found.difference.pk]
    page = dee.client.get(f"/people/{person.pk}/standing/{id}").content.decode()
    assert "Say your own view first" in page
    assert not [word for word in ("stepone", "stepfive", "Ana", "Ben") if word in page]
    assert person.called not in re.sub(r"<a class=\"pill.*?</a>", "", plain(dee, asked.url))
    asked.say(dee, person, 2)
    assert "stepfive" in dee.client.get(f"/people/{person.pk}/standing/{id}").content.decode().lower()


def test_the_answer_to_a_tap_tells_the_others_only_after_one_has_a_view(
    ana, ben, asked: Place, person: Person
):
    asked.say(ana, person, 5)
    name = f"value-{person.pk}"
    answer = ben.client.post(asked.say_url, {"only": str(person.pk), name: "7", f"seen-{person.pk}": "0"})
    assert b"stepfive (5)" not in answer.content
    answer = ben.client.post(asked.say_url, {"only": str(person.pk), name: "4", f"seen-{person.pk}": "0"})
    assert b"stepfive (5)" in answer.content


def test_the_numbers_of_few_are_not_shown(ana: Someone, ben: Someone, asked: Place):
    """Ben knows all but one: the sum would give him that one."""
    people = asked.people(ana, 8)
    for person in people:
        asked.say(ana, person, 1)
    assert ben.client.get(asked.url).context["parts"][0]["is_whole"]  # of eight at once, nobody can be told
    for person in people[:-1]:
        asked.say(ben, person, 1)
    part = ben.client.get(asked.url).context["parts"][0]
    assert (part["is_whole"], part["months"], part["shown"].counts) == (False, [], {1: 7})
    asked.say(ben, people[-1], 1)
    assert ben.client.get(asked.url).context["parts"][0]["is_whole"]
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        assert not Tally.objects.exists()  # the month isn't over


def test_views_are_written_in_one_place_only():
    """Nothing automatic writes one: no import, no merge, no other room makes an Assessment."""
    found = set()
    for path in (ROOT / "masslink").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and "Assessment" in ast.unparse(node.func).split("."):
                made = ast.unparse(node.func)
                if made.endswith("Assessment") or re.search(
                    r"\.(create|bulk_create|\w*or_create|update)$", made
                ):
                    found.add(str(path.relative_to(ROOT)))
    assert found == {"masslink/people/standing/acts.py"}


def test_time_passing_and_unlocking_write_no_view(ana: Someone, asked: Place, person: Person):
    asked.say(ana, person, 3)
    with ana.workspace.bound():
        before = list(Assessment.objects.values_list("pk", "version"))
        acts.keep_month(by=ana.member, at=AT + timedelta(days=40))
        with act("people_merged", at=AT):
            acts.compare_anew(by=ana.member, at=AT, person=person)
        assert list(Assessment.objects.values_list("pk", "version")) == before
