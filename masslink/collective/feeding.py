"""Feeds of members: making and ending them, and laying down in each what somebody just wrote."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from masslink.collective.models import Feed, Member
from masslink.core.clock import day_of
from masslink.vault import feeds
from masslink.vault.act import act
from masslink.vault.workspace import current


def make_feed(*, by: Member, at: datetime, shows: str, id: UUID | None = None) -> tuple[Feed, str, str]:
    """A feed for oneself. Returns it with the login and the secret to type into the phone, which are kept nowhere."""
    with act("feed_made", at=at):
        new = feeds.begin(shows)
        feed = Feed(
            id=id or uuid4(),
            circle=current().collective_circle,
            member=by,
            holder=new.feed.id,
            signer=current().holder,
            public=new.feed.public.hex(),
            salt=new.feed.salt.hex(),
            shows=shows,
            signature=new.signature.hex(),
            made_on=day_of(at),
        )
        feed.save()
    return feed, new.login, new.secret


def end_feed(*, by: Member, at: datetime, feed: Feed) -> None:
    """Its address opens nothing any more, at once."""
    with act("feed_ended", at=at) as running:
        running.lasting = True
        feed.ended_on = day_of(at)
        feed.save()
        feeds.end(feed.holder)


def in_use() -> list[Feed]:
    """The feeds that are signed for and weren't ended."""
    found = Feed.objects.filter(ended_on=None, member__left_on=None).select_related("member")
    return [feed for feed in found if feed.is_signed]


def lay_down(
    circles: Iterable[UUID],
    says: Callable[[Feed, UUID], bytes],
    only: Callable[[Feed], bool] = lambda feed: True,
) -> None:
    """Have each feed say what `says` of these circles, where its member holds them; else nothing of them any more.

    The ledger's counter is held meanwhile, and the workspace has caught up: whoever comes later knows more.
    """
    workspace = current()
    if not Feed.objects.filter(ended_on=None).exists():  # nearly every act ends here
        return
    with transaction.atomic("default"):
        workspace.ledger.hold()
        workspace.catch_up()
        found = [feed for feed in in_use() if only(feed)]
        for id in circles:
            circle = workspace.circles.get(id)
            holding = [feed for feed in found if circle and feed.signer in circle.roster]
            feeds.put(id, ((feed.known, says(feed, id)) for feed in holding))
            for feed in found:
                if feed not in holding and (circle or feed.signer == workspace.holder):
                    feeds.drop(feed.known, id)  # of what we don't hold ourselves, we couldn't tell who does
