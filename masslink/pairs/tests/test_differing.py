"""Where two of a pair see somebody differently, it waits on their page; whoever hasn't said their own isn't told."""

import pytest
from django.urls import reverse

from masslink.conftest import Someone, join
from masslink.core import clock
from masslink.pairs.acts import Work, make_pair
from masslink.people.acts import add_person
from masslink.people.models import Person
from masslink.people.standing import acts
from masslink.people.standing.models import StandQuestion
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault.sessions import sessions

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_waits_on_the_pairs_page_and_tells_nobody_who_hasnt_looked(
    ana: Someone, ben: Someone, shared_site: Site
):
    dee, now = join(ana, "Dee"), clock.now()
    with ana.workspace.bound():
        give_access(by=ana.member, at=now, site=shared_site, member=dee.member)
        person = add_person(by=ana.member, at=now, site=shared_site, name="Wendell T.")
        question = acts.ask(by=ana.member, at=now, site=shared_site, text="the union", labels={})
        works = [Work()]
        pair = make_pair(
            by=ana.member, at=now, site=shared_site, one=ana.member, other=ben.member, works=works
        )
        acts.say(by=ana.member, at=now, question=question, view=acts.View(person.pk, 1))
    page = reverse("pair", args=[pair.pk])
    assert "Where they differ" not in ana.client.get(page).content.decode()
    with ben.workspace.bound():
        ben.workspace.catch_up()
        question = StandQuestion.objects.get()
        acts.say(by=ben.member, at=now, question=question, view=acts.View(Person.objects.get().pk, 4))
    for one in (ana, ben):
        shown = one.client.get(page).content.decode()
        waiting = shown.partition("Where they differ")[2].partition("Their people")[0]
        assert "Wendell T." in waiting and "the union" in waiting
    others = dee.client.get(page).content.decode()
    waiting = others.partition("Where they differ")[2].partition("Their people")[0]
    assert "Wendell" not in waiting
    sessions.end_all(dee.workspace.holder)
