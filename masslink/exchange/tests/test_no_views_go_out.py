"""Where somebody stands goes out in no list, whichever fields and form are asked for."""

import pytest

from masslink.conftest import AT, Someone
from masslink.exchange.taking_out import FIELDS, FORMATS, Wanted, take_out
from masslink.people.models import Person
from masslink.people.standing import acts
from masslink.sites.models import Site

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_that_goes_out_says_nowhere_where_anybody_stands(ana: Someone, site: Site, person: Person):
    with ana.workspace.bound():
        labels = {"5": "with the landlord"}
        question = acts.ask(by=ana.member, at=AT, site=site, text="the rent strike", labels=labels)
        view = acts.View(person.pk, 5, because="Told others to pay")
        acts.say(by=ana.member, at=AT, question=question, view=view)
        for format, _label in FORMATS:
            wanted = Wanted(site, tuple(FIELDS), format)
            file = take_out(by=ana.member, at=AT, today=AT.date(), wanted=wanted)
            assert not [word for word in (b"landlord", b"rent strike", b"Told others") if word in file]
