"""The ledger: all that is on disk. Random ids, numbers, and bodies that only holders open.

Nothing here says what a row is, whom it concerns or when it was written. The list of these columns, with what
each gives away, stands in docs/threat-model.md; a test holds the two together.
"""

from uuid import uuid4

from django.db import models


class Collective(models.Model):
    """A group that runs one Masslink space, as far as the disk knows it: an id and a counter of writes.

    `alarms` counts how often all sessions were ended at once; `restored` says that this ledger came from a backup
    and that nobody has confirmed yet who still belongs to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    seq = models.BigIntegerField(default=0)
    alarms = models.IntegerField(default=0)
    restored = models.BooleanField(default=False)


class Holder(models.Model):
    """Anything that can open circles, with its public keys and its private keys wrapped."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        DEVICE = "device"
        LINK = "link"
        KIT = "kit"
        INVITATION = "invitation"
        COLLECTIVE = "collective"

    id = models.UUIDField(primary_key=True, default=uuid4)
    collective = models.ForeignKey(Collective, models.CASCADE)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEMBER)
    login = models.CharField(max_length=64, unique=True, null=True)
    public = models.BinaryField()
    wrapped = models.BinaryField()
    tries = models.SmallIntegerField(default=0)


class Grant(models.Model):
    """A circle's key of one epoch sealed to one holder; which circle it is stands inside the seal."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    collective = models.ForeignKey(Collective, models.CASCADE)
    holder = models.ForeignKey(Holder, models.CASCADE)
    body = models.BinaryField()


class Copy(models.Model):
    """What a feed says of one circle, sealed to the feed's own key; which circle that is, nothing here says."""

    id = models.UUIDField(primary_key=True)
    collective = models.ForeignKey(Collective, models.CASCADE)
    holder = models.ForeignKey(Holder, models.CASCADE)
    body = models.BinaryField()


class _Sealed(models.Model):
    """What sealed rows share: where they belong and the key's epoch. Rows of one act carry the same `seq`."""

    collective = models.ForeignKey(Collective, models.CASCADE, db_index=False)
    circle = models.UUIDField()
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        abstract = True


class Roster(_Sealed):
    """Who holds a circle, sealed under its key: the chain of signed lists that grants are checked against."""

    pk = models.CompositePrimaryKey("collective", "circle", "number")
    number = models.IntegerField()


class Row(_Sealed):
    """One sealed record. Deleted ones stay as sealed tombstones."""

    pk = models.CompositePrimaryKey("collective", "circle", "id")
    id = models.UUIDField()
    version = models.BigIntegerField()

    class Meta:
        indexes = [models.Index("collective", "circle", "seq", name="row_seq")]


class Act(_Sealed):
    """The line an act leaves in each circle it touches: who, when, kind and ids, sealed."""

    pk = models.CompositePrimaryKey("collective", "circle", "id")
    id = models.UUIDField()

    class Meta:
        indexes = [models.Index("collective", "circle", "seq", name="act_seq")]


class Past(_Sealed):
    """A row's body as it was before an act, copied unchanged: what undo goes back to, for 30 days."""

    pk = models.CompositePrimaryKey("collective", "circle", "id", "version")
    id = models.UUIDField()
    version = models.BigIntegerField()

    class Meta:
        indexes = [models.Index("collective", "circle", "seq", name="past_seq")]


class Chunk(_Sealed):
    """A piece of a sealed file, padded, numbered and bound to its place; the last one says that it is."""

    pk = models.CompositePrimaryKey("collective", "circle", "id", "number")
    id = models.UUIDField()
    number = models.IntegerField()


class ConsoleCode(models.Model):
    """The digest of a one-time code from the server's console: to found a collective, to confirm a restored one."""

    digest = models.BinaryField(unique=True)
