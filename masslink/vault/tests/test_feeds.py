"""Feeds: what may be fetched with a secret and no more; ended at once; none can be passed off as another member's."""

import pytest

from masslink.collective import acts, feeding
from masslink.collective.models import Feed, Member
from masslink.conftest import AT, Someone, wait_outside
from masslink.sites.acts import give_access, take_access
from masslink.sites.models import Site
from masslink.vault import feeds
from masslink.vault.act import act
from masslink.vault.holders import WrongWords
from masslink.vault.models import Copy, Grant, Holder
from masslink.vault.suite import PrivateKeys
from masslink.vault.workspace import current

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_else_lays_down(settings) -> None:
    """What rooms lay down by themselves is tested beside them."""
    settings.AFTER_ACTS = []


def made(someone: Someone) -> tuple[Feed, str, str]:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        by = Member.objects.get(pk=someone.member.pk)
        return feeding.make_feed(by=by, at=AT, shows="")


def lay_down(someone: Someone, text: str, *circles) -> None:
    with someone.workspace.bound():
        someone.workspace.catch_up()
        feeding.lay_down(
            circles or list(current().circles), lambda feed, circle: f"{text} {circle.hex}".encode()
        )


def test_what_others_write_is_fetched_with_the_secret_alone(ana: Someone, ben: Someone, shared_site: Site):
    feed, login, secret = made(ben)
    assert feeds.read(login, secret) == []
    lay_down(ana, "from Ana", shared_site.circle)
    assert feeds.read(login, secret.upper()) == [f"from Ana {shared_site.circle.hex}".encode()]
    lay_down(ben, "from Ben", shared_site.circle)
    assert feeds.read(login, secret) == [f"from Ben {shared_site.circle.hex}".encode()]
    for wrong in ((login, "a" * 32), ("nobody", secret), (login, "")):
        with pytest.raises(WrongWords):
            feeds.read(*wrong)
    assert not Grant.objects.filter(holder=feed.holder).exists()
    assert shared_site.circle.hex.encode() not in b"".join(bytes(c.body) for c in Copy.objects.all())
    assert not Copy.objects.filter(pk=shared_site.circle).exists()


def test_it_says_nothing_of_what_its_member_may_not_read(ana: Someone, ben: Someone, site: Site):
    _, login, secret = made(ben)
    lay_down(ana, "from Ana")
    ours = ana.workspace.collective_circle.hex
    assert feeds.read(login, secret) == [f"from Ana {ours}".encode()]
    with ana.workspace.bound():
        give_access(by=ana.member, at=AT, site=site, member=ben.member)
    lay_down(ana, "later", site.circle)
    assert len(feeds.read(login, secret)) == 2
    with ana.workspace.bound():
        take_access(
            by=ana.member, at=AT, site=Site.objects.get(), member=Member.objects.get(pk=ben.member.pk)
        )
    lay_down(ana, "later", site.circle)
    assert len(feeds.read(login, secret)) == 1


@pytest.mark.parametrize("how", ["ended", "left", "new keys", "alarm"])
def test_once_ended_nothing_is_left_of_it(ana: Someone, ben: Someone, shared_site: Site, how: str):
    feed, login, secret = made(ben)
    lay_down(ana, "from Ana")
    assert feeds.read(login, secret)
    again = wait_outside(ana, "Ben", for_member=ben.member) if how == "new keys" else None
    with (ben if how == "ended" else ana).workspace.bound():
        current().catch_up()
        if how == "ended":
            feeding.end_feed(by=ben.member, at=AT, feed=Feed.objects.get())
        elif how == "left":
            acts.let_go(by=ana.member, at=AT, member=Member.objects.get(pk=ben.member.pk))
        elif again:
            known = again.workspace.keys.public.fingerprint
            acts.confirm(by=ana.member, at=AT, invitation=again.invitation, known=known)
        else:
            acts.raise_alarm(by=ana.member, at=AT)
    with pytest.raises(WrongWords):
        feeds.read(login, secret)
    assert not Copy.objects.exists()
    assert not Holder.objects.filter(pk=feed.holder).exists()
    if how != "alarm":
        lay_down(ana, "after", ana.workspace.collective_circle)
        assert not Copy.objects.exists()


def test_nobody_names_a_feed_as_another_members(ana: Someone, ben: Someone, cy: Someone):
    """A turned member writes that one of theirs is Ana's, or that hers may show more, or by another key."""
    made(ana)
    own, login, secret = made(ben)
    with ben.workspace.bound(), act("turned", at=AT):
        theirs = Feed.objects.get(pk=own.pk)
        theirs.member = Member.objects.get(pk=ana.member.pk)
        theirs.signer = ana.workspace.holder
        theirs.save()
        hers = Feed.objects.exclude(pk=own.pk).get()
        hers.shows = "everything"
        hers.save()
    with ana.workspace.bound():
        ana.workspace.catch_up()
        assert feeding.in_use() == []
    lay_down(ana, "from Ana")
    assert feeds.read(login, secret) == []
    with ben.workspace.bound(), act("turned", at=AT):
        hers.shows, hers.public = "", PrivateKeys.generate().public.to_bytes().hex()
        hers.save()
    lay_down(ana, "from Ana")
    assert not Copy.objects.exists()
    with ben.workspace.bound(), act("turned", at=AT):
        hers.public, hers.salt, hers.signature = "no hex", "x", "y"
        hers.save()
    lay_down(ana, "nonsense breaks nobody")


def test_a_feed_with_anothers_salt_takes_none_of_its_copies(ana: Someone, ben: Someone):
    first, login, secret = made(ana)
    theirs, *_ = made(ben)
    with ben.workspace.bound(), act("turned", at=AT):
        theirs.salt = first.salt
        theirs.signature = ben.workspace.keys.sign(theirs.known.signed(ben.workspace.collective)).hex()
        theirs.save()
    lay_down(ana, "from Ana", ana.workspace.collective_circle)
    assert len(feeds.read(login, secret)) == 1


def test_a_login_that_no_database_looks_for_is_wrong(ana: Someone):
    _, login, secret = made(ana)
    with pytest.raises(WrongWords):
        feeds.read(f"{login}\0", secret)


def test_copies_are_alike_whatever_they_say(ana: Someone, ben: Someone):
    made(ana)
    lay_down(ana, "x")
    lay_down(ana, "x" * 3000, ana.workspace.collective_circle)
    assert len({len(bytes(copy.body)) for copy in Copy.objects.all()}) == 1


def test_a_copy_put_for_another_feed_or_changed_is_passed_over(ana: Someone, ben: Someone):
    first, *_ = made(ana)
    _, login, secret = made(ben)
    lay_down(ana, "from Ana", ana.workspace.collective_circle)
    theirs, other = Copy.objects.exclude(holder=first.holder).get(), Copy.objects.get(holder=first.holder)
    body = bytes(theirs.body)
    for tampered in (bytes(other.body), body[:-1] + bytes([body[-1] ^ 1]), b""):
        Copy.objects.filter(pk=theirs.pk).update(body=tampered)
        assert feeds.read(login, secret) == []


def test_an_act_that_made_a_feed_isnt_undone(ana: Someone):
    with ana.workspace.bound():
        with act("around", at=AT) as running:
            feeding.make_feed(by=ana.member, at=AT, shows="")
        assert running.lasting
