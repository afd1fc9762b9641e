"""Another name: everybody sees it, also where the old one stood; nobody takes somebody else's."""

import pytest
from django.urls import reverse

from masslink.collective.models import Member
from masslink.conftest import Someone

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_member_goes_by_another_name_and_everybody_sees_it(ana: Someone, ben: Someone):
    said = ben.client.post(reverse("my-name"), {"name": "  Benedikta   B. "}, follow=True).content.decode()
    assert "You go by Benedikta B. now" in said
    page = ana.client.get(reverse("members")).content.decode()
    assert "Benedikta B." in page
    assert "Ben goes by another name" not in ana.client.get(reverse("history")).content.decode()


@pytest.mark.parametrize("typed", ["", "  ", "ANA", "x" * 61, "\u200b", "An\u200ba", "\uff21na"])
def test_a_name_that_is_taken_or_none_is_refused_and_what_was_typed_stays(
    ana: Someone, ben: Someone, typed: str
):
    page = ben.client.post(reverse("my-name"), {"name": typed}).content.decode()
    assert "aria-invalid" in page
    assert typed.strip() in page
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert Member.objects.get(pk=ben.member.pk).name == "Ben"


def test_signs_that_turn_what_is_read_around_them_arent_part_of_a_name(ana: Someone, ben: Someone):
    ben.client.post(reverse("my-name"), {"name": "Be\u202en \u2066B\x07"})
    assert "Ben B" in ana.client.get(reverse("members")).content.decode()
