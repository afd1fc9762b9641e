"""What members say they can take on, and what the collective wishes for."""

import re

import pytest

from masslink.conftest import Someone
from masslink.pairs.models import Readiness, Wishes
from masslink.pairs.planner import WISHES
from masslink.pairs.planning import weights

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_any_member_may_change_what_plans_look_to_and_it_is_told(ana: Someone, ben: Someone):
    said = dict.fromkeys(WISHES, "2") | {"languages": "4"}
    assert ben.client.post("/us/plan/wishes", {"seen": "", **said}).status_code == 302
    with ana.workspace.bound() as workspace:
        workspace.catch_up()
        assert weights()["languages"] == 4 and Wishes.objects.get().by == ben.member
    page = text_of(ana.client.get("/us/history").content.decode())
    assert "Ben changed what plans look to" in page
    late = ana.client.post("/us/plan/wishes", {"seen": "", **said, "languages": "0"}).content.decode()
    assert "Ben changed this meanwhile" in text_of(late) and weights_of(ana)["languages"] == 4
    seen = re.search(r'name="seen" value="(\w+)"', late)
    assert (
        seen
        and ana.client.post("/us/plan/wishes", {"seen": seen[1], **said, "languages": "0"}).status_code == 302
    )
    assert weights_of(ana)["languages"] == 0


def weights_of(someone: Someone) -> dict[str, int]:
    with someone.workspace.bound():
        return weights()


def test_no_cover_at_all_cant_be_wished_for(ana: Someone):
    page = ana.client.post("/us/plan/wishes", dict.fromkeys(WISHES, "0")).content.decode()
    assert "Not saved yet" in page


def test_what_one_says_of_oneself_can_be_said_again(ana: Someone):
    for most in ("0", "3"):
        assert (
            ana.client.post(
                "/us/readiness", {"languages": " pt ", "at_most": most, "times": ["day"]}
            ).status_code
            == 302
        )
    with ana.workspace.bound():
        said = Readiness.objects.get()
        assert (said.languages, said.times, said.at_most) == ("pt", ["day"], 3)
    assert (
        "Not saved yet" in ana.client.post("/us/readiness", {"at_most": "9", "times": ["x"]}).content.decode()
    )
