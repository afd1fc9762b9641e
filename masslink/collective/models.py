"""Who we are: the space, its members, who is invited, who is away, and the kit that opens when nobody else can.

All of it lives in the collective's circle, which never holds persons; a member's own notes and devices in their own.
"""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from masslink.vault import feeds
from masslink.vault.kits import Half
from masslink.vault.record import Record
from masslink.vault.suite import Fingerprint


class Space(Record):
    """What the collective calls itself; there is one."""

    kind = "space"

    name = models.CharField(max_length=80)
    founded_on = models.DateField()

    def __str__(self) -> str:
        return self.name


class Member(Record):
    """Someone with an account, by the name they chose to go by here."""

    kind = "member"

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        MEMBER = "member", _("member")

    name = models.CharField(max_length=60)
    holder = models.UUIDField()
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    former = models.JSONField(default=list, blank=True)  # ids of holders they were before they got new keys

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_coordinator(self) -> bool:
        return self.role == self.Role.COORDINATOR

    @property
    def called(self) -> str:
        """Their name; and that they left, where they have."""
        return gettext("%(name)s (left)") % {"name": self.name} if self.left_on else self.name

    @property
    def former_holders(self) -> list[str]:
        """Who they were before they got new keys: what they did then is theirs."""
        return [id for id in self.former if isinstance(id, str)] if isinstance(self.former, list) else []

    def may_get_new_keys_from(self, other: "Member") -> bool:
        """Whether `other` may see to it when they have lost their words: for a coordinator, another one if there is.

        New keys come with the role, so a member could make themselves a coordinator by them.
        """
        if self.left_on or other.left_on or other == self:
            return False
        if not self.is_coordinator or other.is_coordinator:
            return True
        return (
            not Member.objects.filter(left_on=None, role=self.Role.COORDINATOR).exclude(pk=self.pk).exists()
        )


class Invitation(Record):
    """Somebody may make keys of their own and wait; for `member`, new ones instead of those they lost."""

    kind = "invitation"

    name = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=Member.Role, default=Member.Role.MEMBER)
    holder = models.UUIDField()
    secret = models.CharField(max_length=64)  # what the four words are made of, beside both sides' keys
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)

    @property
    def is_open(self) -> bool:
        """Neither confirmed nor declined; it may have run out."""
        return self.confirmed_at is None and self.declined_at is None

    def may_be_confirmed_by(self, member: Member) -> bool:
        """Coordinators let newcomers in; a member's new keys are anybody else's to confirm."""
        if self.member is None:
            return member.is_coordinator
        return self.member.may_get_new_keys_from(member)


class Welcome(Record):
    """In a newcomer's own circle: what they were invited with, until they are let in."""

    kind = "welcome"

    secret = models.CharField(max_length=64)
    joined_at = models.DateTimeField()


class Note(Record):
    """Something a member keeps for themselves alone."""

    kind = "note"

    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)


class Device(Record):
    """In a member's own circle: a phone of theirs that opens with a PIN, by the name they gave it."""

    kind = "device"

    name = models.CharField(max_length=40)
    holder = models.UUIDField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-added_at",)


class AwayQuerySet(models.QuerySet["Away"]):
    def on(self, day: date) -> "AwayQuerySet":
        """Who is away that day."""
        return self.not_over(day).filter(since__lte=day)

    def not_over(self, day: date) -> "AwayQuerySet":
        """What goes on then, or is still to come."""
        later = models.Q(until__gt=day) & models.Q(until__gt=models.F("since"))
        return self.filter(models.Q(until=None) | later)


class Away(Record):
    """A member can't be there for a while, and is back on the day `until`; why is nobody's business."""

    kind = "away"

    member = models.ForeignKey(Member, models.PROTECT, related_name="away")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AwayQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)


class Kit(Record):
    """A recovery kit: two halves, each made by its keeper in their own session and printed on their sheet."""

    kind = "kit"

    first_keeper = models.ForeignKey(Member, models.PROTECT, related_name="+")
    first_half = models.UUIDField()
    first_print = models.CharField(max_length=128)
    second_keeper = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    second_half = models.UUIDField(null=True, blank=True)
    second_print = models.CharField(max_length=128, blank=True)
    made_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-made_on",)

    @property
    def halves(self) -> tuple[Half, Half] | None:
        """Both halves, once both are made."""
        if self.second_half is None:
            return None
        return _half(self.first_half, self.first_print), _half(self.second_half, self.second_print)

    @property
    def signatures(self) -> dict[UUID, bytes]:
        """What members signed for it, by holder; whether it holds says `vault.kits.vouched`."""
        return {v.holder: _bytes(v.signature) for v in self.vouchers.all()}

    def is_kept_by(self, member: Member) -> bool:
        return member.pk in (self.first_keeper_id, self.second_keeper_id)


class KitVoucher(Record):
    """A member's signature for a kit: these two halves, and no others, are our keepers'."""

    kind = "kit_voucher"

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="vouchers")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    holder = models.UUIDField()
    signature = models.CharField(max_length=128)
    on = models.DateField()


class Feed(Record):
    """A member lets a program fetch something for them that can't unlock: the calendar of their phone.

    In the collective's circle, because whoever writes lays down for it what is new; who can't read it, can't.
    """

    kind = "feed"

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    holder = models.UUIDField()
    signer = models.UUIDField()  # by which keys of its member it was signed
    public = models.TextField()
    salt = models.CharField(max_length=64)
    shows = models.CharField(
        max_length=80, blank=True
    )  # how much it may say; what the words mean, its room knows
    signature = models.CharField(max_length=128)
    made_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-made_on",)

    @property
    def known(self) -> feeds.Feed:
        """What copies are laid down by."""
        return feeds.Feed(self.holder, _bytes(self.public), _bytes(self.salt), self.shows)

    @property
    def is_signed(self) -> bool:
        """Whether its member made it, and for this; else whoever wrote it is not to be trusted."""
        return self.signer == self.member.holder and feeds.is_signed_by(
            self.signer, self.known, _bytes(self.signature)
        )


def _half(id: UUID, print: str) -> Half:
    known = _bytes(print)
    return Half(id, Fingerprint.from_bytes(known if len(known) == 64 else bytes(64)))


def _bytes(text: str) -> bytes:
    """What a member wrote there; nonsense fits nothing, and breaks nobody's page."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
