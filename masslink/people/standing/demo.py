"""The demo's views: two questions at the warehouse, told over months by four; one hardly begun elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from masslink.core.story import Scene, Step
from masslink.people.standing import acts
from masslink.people.standing.models import Assessment, Difference, StandQuestion
from masslink.sites.demo import KITCHEN, WAREHOUSE


class Asked(NamedTuple):
    """A question asked at a place, so many days ago."""

    days_ago: int
    by: str
    site: str
    text: str


class Round(NamedTuple):
    """A member went through some of the people of a place: by step, their names."""

    days_ago: int
    by: str
    about: Asked
    said: dict[int, str]


class Talk(NamedTuple):
    """Two who differed talked about somebody; `says` is how the one who noted it sees it since."""

    days_ago: int
    by: str
    other: str
    person: str
    says: int | None = None


UNION = Asked(158, "Ana", WAREHOUSE, "the union")
OVERTIME = Asked(64, "Ben", WAREHOUSE, "refusing overtime")
IN_THE_KITCHEN = Asked(41, "Ines", KITCHEN, "the union")

# fmt: off
ROUNDS = (
    Round(154, "Ana", UNION, {
        2: "Rosa D., Carla P.",
        3: "Deniz Y., Olena S., Nguyen H., Priya N., Tess V., Andrzej K.",
    }),
    Round(153, "Ben", UNION, {
        2: "Fatima E., Jonas W.",
        3: "Grace O., Rosa D., Nadia B., Sam T.",
        4: "Lee P.",
    }),
    Round(152, "Dee", UNION, {2: "Ruth K.", 3: "Joanne W., Priya N., Yusuf I., Jonas W.", 4: "Bo L."}),
    Round(121, "Ana", UNION, {
        1: "Rosa D.",
        2: "Carla P., Andrzej K., Olena S., Femi A., Ruth K., Fatima E.",
        3: "Nguyen H., Lina M., Priya N., Tess V., Elif T., Rui C.",
        4: "Deniz Y.",
    }),
    Round(119, "Ben", UNION, {
        1: "Fatima E.",
        2: "Jonas W., Grace O., Rosa D., Colm R.",
        3: "Hana J., Stefan B., Pjotr W., Sam T.",
        4: "Frank H., Lee P.",
    }),
    Round(117, "Dee", UNION, {
        1: "Ruth K.",
        2: "Samira A., Priya N., Rosa D.",
        3: "Gosia M., Omar S., Joanne W., Yusuf I.",
        4: "Teo M.",
    }),
    Round(116, "Joris", UNION, {
        2: "Tess V., Mei C., Milan P.",
        3: "Abebe G., Kofi M., Sofia G.",
        4: "Ludmila F., Ivan R.",
    }),
    Round(84, "Ana", UNION, {
        1: "Rosa D., Andrzej K., Fatima E.",
        2: "Carla P., Olena S., Femi A., Lina M., Hamid K., Kwame B., Ruth K., Grace O., Jonas W.",
        3: "Nguyen H., Priya N., Tess V., Aisha D., Rui C., Elif T., Mei C., Nadia B.",
        4: "Deniz Y.",
        5: "Frank H.",
    }),
    Round(82, "Ben", UNION, {
        1: "Fatima E., Rosa D.",
        2: "Jonas W., Grace O., Colm R., Nadia B., Sam T., Andrzej K., Lina M.",
        3: "Hana J., Pjotr W., Wei F., Femi A.",
        4: "Stefan B., Lee P., Viktor D.",
        5: "Frank H.",
    }),
    Round(81, "Dee", UNION, {
        1: "Ruth K.",
        2: "Samira A., Priya N., Gosia M., Rosa D., Fatima E.",
        3: "Joanne W., Omar S., Yusuf I., Bo L.",
        4: "Teo M.",
    }),
    Round(80, "Joris", UNION, {
        1: "Tess V.",
        2: "Mei C., Milan P., Abebe G.",
        3: "Sofia G., Kofi M., Bea L., Tariq Z.",
        4: "Ludmila F., Ivan R.",
    }),
    Round(47, "Ana", UNION, {
        1: "Lina M., Hamid K.",
        2: "Priya N., Tess V., Samira A., Milan P., Colm R., Sam T.",
        3: "Lucia V., Sofia G., Hana J., Gosia M., Omar S., Joanne W., Yusuf I., Kofi M., Pjotr W.",
        4: "Stefan B., Ivan R., Ludmila F., Viktor D.",
    }),
    Round(45, "Ben", UNION, {
        1: "Ruth K.",
        2: "Rosa D., Hamid K., Carla P., Tess V.",
        3: "Priya N., Deniz Y., Nguyen H., Samira A., Olena S.",
    }),
    Round(20, "Dee", UNION, {
        1: "Ruth K., Fatima E.",
        2: "Gosia M., Joanne W., Samira A., Rosa D., Lina M.",
        3: "Yusuf I., Omar S., Sam T.",
        4: "Bo L., Zofia L.",
        5: "Teo M.",
    }),
    Round(19, "Joris", UNION, {
        1: "Tess V., Mei C.",
        2: "Milan P., Abebe G., Sofia G., Bea L., Rosa D.",
        3: "Kofi M., Tariq Z.",
    }),
    Round(17, "Ana", UNION, {
        1: "Rosa D., Fatima E., Ruth K., Mei C.",
        2: "Carla P., Femi A., Grace O., Jonas W., Abebe G., Bea L.",
        3: "Nguyen H., Aisha D., Rui C., Teo M., Tariq Z., Bo L., Wei F., Stefan B.",
        4: "Deniz Y., Zofia L., Lee P.",
        0: "Elif T.",
    }),
    Round(16, "Ben", UNION, {
        1: "Fatima E., Grace O.",
        2: "Jonas W., Nadia B., Sam T., Rosa D.",
        3: "Hana J., Andrzej K., Wei F.",
        5: "Frank H.",
    }),
    Round(60, "Ben", OVERTIME, {
        2: "Fatima E., Jonas W.",
        3: "Grace O., Sam T., Nadia B.",
        4: "Lee P., Stefan B.",
    }),
    Round(58, "Ana", OVERTIME, {
        1: "Rosa D.",
        2: "Nguyen H., Andrzej K., Carla P.",
        3: "Olena S., Femi A.",
        4: "Deniz Y., Hamid K.",
    }),
    Round(28, "Ana", OVERTIME, {
        1: "Rosa D., Nguyen H.",
        2: "Andrzej K., Fatima E., Lina M.",
        3: "Femi A., Jonas W., Grace O., Kwame B.",
        4: "Deniz Y., Hamid K.",
    }),
    Round(26, "Ben", OVERTIME, {
        1: "Fatima E.",
        2: "Jonas W., Rosa D.",
        3: "Sam T., Nadia B., Hana J.",
        4: "Lee P., Stefan B.",
    }),
    Round(24, "Dee", OVERTIME, {2: "Ruth K., Samira A.", 3: "Gosia M., Priya N.", 4: "Joanne W."}),
    Round(38, "Ines", IN_THE_KITCHEN, {2: "Filomena R., Agnes T.", 3: "Doris A."}),
)
# fmt: on

TALKS = (Talk(9, "Dee", "Ana", "Teo M.", says=5),)

BECAUSE = {
    ("Ana", "Andrzej K."): "Signed, and went along to the office",
    ("Ben", "Andrzej K."): "Signed, but wants to hear first what it costs him",
    ("Ben", "Frank H."): "Stood with the shift lead against Fatima in front of everybody",
    ("Dee", "Teo M."): "Did not sign, and told others to wait",
}


def steps() -> Iterator[Step]:
    for asked in (UNION, OVERTIME, IN_THE_KITCHEN):
        yield Step(asked.days_ago, 20, asked.by, partial(_ask, asked))
    for one in ROUNDS:
        yield Step(one.days_ago, 21, one.by, partial(_go_through, one))
    for talk in TALKS:
        yield Step(talk.days_ago, 22, talk.by, partial(_talk, talk))


def _ask(asked: Asked, scene: Scene) -> None:
    acts.ask(by=scene.me, at=scene.at, site=scene.site(asked.site), text=asked.text, labels={})


def _go_through(one: Round, scene: Scene) -> None:
    question = StandQuestion.objects.get(site__name=one.about.site, text=one.about.text)
    mine = Assessment.objects.filter(question=question, member=scene.me)
    seen = dict(mine.values_list("person_id", "version"))
    views = []
    for value, names in one.said.items():
        for name in names.split(", "):
            person = scene.person(name).pk
            because = BECAUSE.get((one.by, name)) if question.text == UNION.text else None
            views.append(acts.View(person, value, seen.get(person, 0), because, again=True))
    acts.say_several(by=scene.me, at=scene.at, question=question, views=views)


def _talk(talk: Talk, scene: Scene) -> None:
    person, other = scene.person(talk.person), scene.member(talk.other)
    found = Difference.objects.open().with_member(scene.me.pk).with_member(other.pk).get(person=person)
    acts.note_talk(by=scene.me, at=scene.at, difference=found, on=scene.at.date())
    if talk.says is not None:
        own = Assessment.objects.get(person=person, question=found.question, member=scene.me)
        view = acts.View(person.pk, talk.says, own.version, again=True)
        acts.settle(by=scene.me, at=scene.at, difference=Difference.objects.get(pk=found.pk), view=view)
