"""What a turned member seals that is no roster, no grant, no line, and keys to which nothing can be sealed.

They hold the circle's key and have the ledger in their hands, so what they write opens; it stops nobody.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import orjson
import pytest

from masslink.collective import acts, feeding
from masslink.collective.models import Member
from masslink.conftest import AT, Someone
from masslink.core.padding import pad_text
from masslink.sites.models import Site
from masslink.vault import circles, feeds, history, rosters, suite
from masslink.vault.act import act
from masslink.vault.circles import Giver
from masslink.vault.models import Act, Collective, Grant, Holder, Roster
from masslink.vault.suite import PrivateKeys, PublicKeys
from masslink.vault.tests import reading
from masslink.vault.tests.test_feeds import lay_down, made
from masslink.vault.workspace import current

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = PrivateKeys.generate().public
UNFIT = [b"", b"short", bytes(1216) + KEYS.signing, KEYS.opening[:-32] + bytes(32) + KEYS.signing]


def goes_on(ana: Someone, ben: Someone) -> bool:
    """Ana writes, unlocks anew, looks at the history, and puts Ben out."""
    Collective.objects.filter(pk=ana.workspace.collective).update(seq=ana.workspace.seq + 1)
    reading.caught_up(ana.workspace)
    with ana.workspace.bound():
        acts.write_note(at=AT, text="still here")
        assert history.recent()
        history.shred_old(current(), now=AT + timedelta(days=60))
        acts.let_go(by=ana.member, at=AT, member=Member.objects.get(pk=ben.member.pk))
    new = reading.fresh(ana.workspace)
    found = {id: circle.holders for id, circle in new.circles.items()}
    new.close()
    assert ana.client.get("/us/history").status_code == 200
    return not any(ben.workspace.holder in holders for holders in found.values())


@pytest.mark.parametrize("text", [[], ["{}"], {}, 7, ["[]", "00"], [7, 7], ["{}", "zz"], [[], {}]])
def test_a_roster_that_is_none_keeps_nobody_out(ana: Someone, ben: Someone, shared_site: Site, text):
    for id in (shared_site.circle, ben.workspace.collective_circle):
        reading.caught_up(ben.workspace)
        circle = ben.workspace.circles[id]
        number, collective = circle.roster_number + 1, ben.workspace.collective
        body = suite.seal(
            circle.keys[circle.epoch],
            pad_text(orjson.dumps(text)),
            rosters._bound(collective, circle, number),
        )
        Roster.objects.create(
            collective_id=collective, circle=id, epoch=circle.epoch, number=number, seq=1, body=body
        )
    assert goes_on(ana, ben)


@pytest.mark.parametrize(
    ("place", "what"), [(1, []), (1, {}), (2, []), (2, {}), (2, "1"), (1, 7), (0, 7), (4, [])]
)
def test_a_grant_that_is_none_keeps_nobody_out(ana: Someone, ben: Someone, site: Site, place, what):
    """Whoever has the ledger can seal one to anybody."""
    workspace, id = ana.workspace, uuid4()
    text = [workspace.collective_circle.hex, "collective", 1, (b"k" * 32).hex(), ben.workspace.holder.hex, ""]
    text[place] = what
    body = workspace.keys.public.seal(
        pad_text(orjson.dumps(text)), circles._grant_info(workspace.collective, workspace.holder, id)
    )
    Grant.objects.create(id=id, collective_id=workspace.collective, holder_id=workspace.holder, body=body)
    assert goes_on(ana, ben)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'{"who": 7}',
        b'{"kind": "x", "who": "%s", "at": "2024-05-05T10:00:00", "records": []}',
        b'{"kind": "x", "who": "%s", "at": "soon", "records": []}',
        b'{"kind": [], "who": "%s", "at": "2024-05-05T10:00:00+00:00", "records": []}',
        b'{"kind": "x", "who": "%s", "at": "2024-05-05T10:00:00+00:00", "records": [[1]], "circles": "two"}',
        b'{"kind": "x", "who": "%s", "at": "2024-05-05T10:00:00+00:00", "records": [["x", "y", "new", "z"]]}',
        b'{"kind": "x", "who": "%s", "at": "2024-05-05T10:00:00+00:00", "records": [], "circles": []}',
    ],
)
def test_a_line_that_is_none_keeps_nobody_from_the_history(
    ana: Someone, ben: Someone, site: Site, text: bytes
):
    circle, id = ben.workspace.circles[ben.workspace.collective_circle], uuid4()
    bound = suite.binding(suite.ACT, ben.workspace.collective, circle.id) + suite.place(1, 0, id.bytes)
    sealed = suite.seal(
        circle.keys[1], pad_text(text.replace(b"%s", ben.workspace.holder.hex.encode())), bound
    )
    Act.objects.create(
        collective_id=ben.workspace.collective, circle=circle.id, id=id, epoch=1, seq=1, body=sealed
    )
    assert goes_on(ana, ben)


@pytest.mark.parametrize("public", UNFIT)
def test_keys_that_nothing_can_be_sealed_to_keep_nobody_in(
    ana: Someone, ben: Someone, shared_site: Site, public: bytes
):
    """Ben signs a holder into the rosters to whom no new key can be given: else nobody could be put out any more."""
    workspace = ben.workspace
    row = Holder.objects.create(collective_id=workspace.collective, public=public, wrapped=b"")
    bens = Giver(workspace.collective, workspace.holder, workspace.keys)
    for id in (shared_site.circle, workspace.collective_circle):
        reading.caught_up(workspace)
        circle = workspace.circles[id]
        known = PublicKeys.from_bytes(public).fingerprint
        known = known if len(known.signing) == 32 else replace(known, signing=bytes(32))
        circles._write_roster(bens, circle, {**circle.roster, row.pk: known}, circle.kits)
    assert goes_on(ana, ben)


@pytest.mark.parametrize("public", UNFIT)
def test_a_feed_that_nothing_can_be_sealed_to_keeps_no_other_from_being_renewed(
    ana: Someone, ben: Someone, public: bytes
):
    _, login, secret = made(ana)
    theirs, *_ = made(ben)
    with ben.workspace.bound(), act("turned", at=AT):
        theirs.public = public.hex()
        theirs.signature = ben.workspace.keys.sign(theirs.known.signed(ben.workspace.collective)).hex()
        theirs.save()
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert len(feeding.in_use()) == 2
    lay_down(ana, "from Ana", ana.workspace.collective_circle)
    assert len(feeds.read(login, secret)) == 1
