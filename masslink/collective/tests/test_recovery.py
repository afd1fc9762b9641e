"""The kit's pages: two keepers, two who vouch, a check that shows nothing, and giving it up."""

import re

import pytest
from django.urls import reverse

from masslink.collective.acts import let_go
from masslink.collective.models import Kit, Member
from masslink.conftest import AT, Someone, join
from masslink.vault import kits
from masslink.vault.circles import COLLECTIVE
from masslink.vault.holders import WrongWords
from masslink.vault.sessions import sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dee(ana: Someone):
    someone = join(ana, "Dee")
    yield someone
    sessions.end_all(someone.workspace.holder)


def page(who: Someone, name: str, *args: object) -> str:
    return who.client.get(reverse(name, args=args)).content.decode()


def words_on(text: str) -> list[str]:
    return re.findall(r"<li>([a-z]+)</li>", text.partition('<ol class="words"')[2].partition("</ol>")[0])


def make_sheet(who: Someone) -> str:
    """Press the button, write the words down, type two of them back."""
    who.client.post(reverse("kit"))
    assert f'href="{reverse("kit-sheet")}"' in page(who, "kit")  # who taps away finds it again
    text = page(who, "kit-sheet")
    words = words_on(text)
    first, second = (int(n) for n in re.findall(r"Word (\d+)", text))
    wrong = who.client.post(reverse("kit-sheet"), {"first": "no", "second": words[second - 1]})
    assert wrong.status_code == 422 and words_on(wrong.content.decode()) == words
    who.client.post(reverse("kit-sheet"), {"first": words[first - 1].upper(), "second": words[second - 1]})
    return " ".join(words)


def vouch(who: Someone, sheet: str = "") -> int:
    with who.workspace.bound():
        who.workspace.catch_up()
        kit = Kit.objects.get(retired_on=None)
    return who.client.post(reverse("kit-vouch", args=[kit.pk]), {"sheet": sheet}).status_code


def test_from_nothing_to_a_kit_that_opens(ana, ben, dee, shared_site):
    one = make_sheet(ana)
    assert len(one.split()) == 12
    ana.client.post(reverse("kit"))  # she can't keep the other one too
    with ana.workspace.bound():
        assert Kit.objects.get().second_half is None
    other = make_sheet(ben)
    for who in (ana, ben, dee):
        assert not words_on(page(who, "kit")) and one.split()[3] not in page(who, "kit")
        assert who.client.get(reverse("kit-sheet")).status_code == 302  # shown once
        assert who.client.get(reverse("kit-sheet-file")).status_code == 302
    assert vouch(ana, other) == 422  # Ben's sheet isn't hers
    assert vouch(ana, "paper " * 12) == 422
    assert vouch(ana, one.title()) == 302
    with pytest.raises(WrongWords):
        kits.open_with(one, other)
    assert vouch(dee) == 302
    assert vouch(dee) == 422  # signed already
    workspace = kits.open_with(one, other)
    assert sorted(c.kind for c in workspace.circles.values()) == [COLLECTIVE]  # Dee holds no place
    workspace.close()
    assert "ready" in page(ana, "kit")
    with ana.workspace.bound():
        ana.workspace.catch_up()
        let_go(by=ana.member, at=AT, member=Member.objects.get(name="Dee"))
    assert "Too few vouch" in page(ana, "kit") and "still opens" in page(ana, "kit")
    kits.open_with(one, other).close()
    assert vouch(ben, other) == 302 and "ready" in page(ana, "kit")


def test_checking_a_sheet_says_which_it_is_and_shows_nothing_of_it(ana, ben):
    one, other = make_sheet(ana), make_sheet(ben)
    for number, sheet in ((1, one), (2, other)):
        text = ana.client.post(reverse("kit-check"), {"sheet": sheet.replace(" ", "\n")}).content.decode()
        assert f"This is sheet {number}" in text
        assert not any(word in text.partition("<main")[2] for word in sheet.split() if len(word) > 6)
    answer = ana.client.post(reverse("kit-check"), {"sheet": one.replace(one.split()[0], "wrong")})
    assert answer.status_code == 422 and "no sheet" in answer.content.decode()


def test_a_pdf_of_the_sheet_while_it_is_shown(ana):
    ana.client.post(reverse("kit"))
    answer = ana.client.get(reverse("kit-sheet-file"))
    assert answer.content.startswith(b"%PDF") and "attachment" in answer.headers["Content-Disposition"]


def test_who_may_give_a_kit_up(ana, ben, dee):
    make_sheet(ana)
    with dee.workspace.bound():
        dee.workspace.catch_up()
        kit = Kit.objects.get()
    dee.client.post(reverse("kit-retire", args=[kit.pk]))
    with dee.workspace.bound():
        assert Kit.objects.get().retired_on is None
    ana.client.post(reverse("kit-retire", args=[kit.pk]))
    assert "No recovery kit yet" in page(ben, "kit")
