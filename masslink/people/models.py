"""Persons, who took them on, and what they did. All of it lives in the circle of the person's site."""

import re
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.people import links, states, told
from masslink.people.belongings import Belongs
from masslink.people.fades import Fades
from masslink.people.labels import DEEDS, RUNGS
from masslink.sites.models import Shift, Site, Unit
from masslink.vault.record import Derived, Record, Ref


class PersonQuerySet(models.QuerySet["Person"]):
    def listed(self) -> "PersonQuerySet":
        """All but those who asked not to be contacted at all: these are off every list."""
        return self.exclude(reach=Person.Reach.NOT_AT_ALL)

    def here(self, today: date) -> "PersonQuerySet":
        """Those who haven't left their place."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=today))

    def after(self, person: "Person") -> "PersonQuerySet":
        """What comes behind this person in the order of names."""
        return self.filter(name__gte=person.name).exclude(name=person.name, id__lte=person.id)

    def before(self, person: "Person") -> "PersonQuerySet":
        return self.filter(name__lte=person.name).exclude(name=person.name, id__gte=person.id)


class Person(Record):
    """A co-worker or neighbour the collective is in touch with."""

    kind = "person"
    payload_version = 2
    lifts = {1: lambda fields: {**fields, "member_id": None}}
    searched = ("name", "nickname", "phone_search")
    search_options = ", prefix='2 3'"

    class Reach(models.TextChoices):
        CALL = "call", _("call")
        TEXT = "text", _("text")
        IN_PERSON = "in_person", _("only in person")
        NEVER_AT_WORK = "never_at_work", _("never at work")
        NOT_AT_ALL = "not_at_all", _("not at all")

    site = models.ForeignKey(Site, models.CASCADE, related_name="persons", db_index=False)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="persons")
    shift = models.ForeignKey(
        Shift, models.SET_NULL, null=True, blank=True, related_name="persons", db_index=False
    )
    name = models.CharField(_("name"), max_length=120, db_collation="NOCASE")
    nickname = models.CharField(_("nickname"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    phone_search = models.CharField(max_length=120, blank=True, editable=False)
    email = models.CharField(_("e-mail"), max_length=120, blank=True)
    languages = models.CharField(_("languages"), max_length=120, blank=True)
    reach = models.CharField(_("how to reach them"), max_length=14, choices=Reach, blank=True)
    knows_since = models.DateField(_("knows that we keep notes, since"), null=True, blank=True)
    matters = models.TextField(_("what matters to them"), blank=True)
    since = models.DateField(_("here since"), null=True, blank=True)
    until = models.DateField(_("left on"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    birthday = models.CharField(_("birthday"), max_length=40, blank=True)
    card_id = models.CharField(max_length=120, blank=True)
    source = models.UUIDField(null=True, blank=True, editable=False)
    added_at = models.DateTimeField(editable=False)
    # A contact who became one of us.
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", editable=False, db_index=False
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        indexes = [
            models.Index("name", "id", name="person_name"),
            models.Index("site", "name", name="person_site_name"),
            models.Index("source", name="person_source", condition=models.Q(source__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.nickname

    def prepare(self) -> "Person":
        """Fill in what search needs; called before every save, and by whoever saves in bulk."""
        self.phone_search = phone_forms(self.phone)
        return self

    def save(self, **kwargs: Any) -> None:
        self.prepare()
        super().save(**kwargs)

    @property
    def called(self) -> str:
        """How one speaks of them: the nickname where there is one, else the name."""
        return self.nickname or self.name

    @property
    def reachable(self) -> bool:
        return self.reach != self.Reach.NOT_AT_ALL

    @property
    def shown(self) -> str:
        """What lists and sentences call them: nothing for those who asked not to be contacted at all."""
        return self.called if self.reachable else str(_("somebody who asked not to be contacted"))


def phone_forms(phone: str) -> str:
    """The ways somebody may type a number, as words for prefix search: see `_forms_of`."""
    return " ".join(form for one in phones_of(phone) for form in _forms_of(one))


def phones_of(phone: str) -> list[str]:
    """The numbers of somebody who may have several."""
    return [one.strip() for one in _SEVERAL.split(phone) if one.strip()]


_SEVERAL = re.compile(r"[/;,|]")


def _forms_of(phone: str) -> list[str]:
    """International, national without and with the leading nought, without the area code, the last four."""
    try:
        parsed = phonenumbers.parse(phone, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        digits = "".join(c for c in phone if c.isdigit())
        return [digits, digits[-4:]]
    national = str(parsed.national_number)
    return [f"{parsed.country_code}{national}", national, f"0{national}", national[-7:], national[-4:]]


class Link(Record):
    """A member took a person on: they see to it that the link lasts, in a rhythm and with an aim."""

    kind = "link"
    belongs = {
        "person": Belongs(
            label=_("Who keeps in touch with them"),
            lines=told.link_lines,
            double=told.same_link,
            adapt=told.end_out_of_reach,
            ends=told.end_link,
        )
    }

    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    rhythm_days = models.PositiveSmallIntegerField(_("how often, in days"))
    aim = models.CharField(_("aim"), max_length=200, blank=True)
    introduced_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("since",)


class ErasureKey(Record):
    """The random key of a circle's fingerprints, made at its first erasure; it never leaves the circle."""

    kind = "erasure_key"

    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("circle", name="one_erasure_key")]


class Erased(Record):
    """That somebody was erased here: 20 bits of a name under the circle's key, and no date. See `erasing`."""

    kind = "erased"

    mark = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("circle", "mark", name="erased_once")]


THEIR_WORDS = (*links.TALKS, "idea")  # whose words were said by the person


class DeedQuerySet(models.QuerySet["Deed"]):
    def said(self) -> "DeedQuerySet":
        """Those with words of the person's own, the latest first: what a deed was about isn't put in their mouth."""
        return self.filter(deed_kind__in=THEIR_WORDS).exclude(words="").order_by("-at")

    def last_words(self, persons: Iterable[UUID]) -> dict[UUID, str]:
        """The latest words with each of these persons, in one query."""
        ids = [person.hex for person in persons]
        marks = ", ".join(["%s"] * len(ids))
        said = ", ".join(f"'{kind}'" for kind in THEIR_WORDS)
        with connections["open"].cursor() as cursor:
            # SQLite takes the bare column from the row that has the maximum.
            cursor.execute(
                f"SELECT person_id, words, MAX(at) FROM masslink_deed "  # noqa: S608  only marks are put in
                f"WHERE person_id IN ({marks}) AND words <> '' AND deed_kind IN ({said}) GROUP BY person_id",
                ids,
            )
            return {UUID(person): words for person, words, _ in cursor.fetchall()}


class Deed(Record):
    """One dated thing between a person and us: a talk, or what they did. Words may fade; the deed stays."""

    kind = "deed"
    searched = ("words",)
    # No prefix index: it doubles the time to unlock; words of talks are searched from three letters on.
    search_options = ", detail=column, columnsize=0"
    belongs = {
        "person": Belongs(
            label=_("What they did, and what we talked about"), lines=told.deed_lines, adapt=told.leave_origin
        )
    }
    fades = Fades("words", 548, _("Words of talks"), since="at", empties=("words",), said="words")

    KINDS = [(kind, DEEDS[kind]) for kind in links.DEED_KINDS]

    person = models.ForeignKey(Person, models.CASCADE, related_name="deeds")
    deed_kind = models.CharField(max_length=24, choices=KINDS)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    words = models.TextField(blank=True)
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)

    objects = DeedQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)
        indexes = [
            models.Index("at", name="deed_at"),
            models.Index("origin_id", name="deed_origin", condition=models.Q(origin_id__isnull=False)),
        ]

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None

    @property
    def label(self) -> str:
        return str(DEEDS.get(self.deed_kind, self.deed_kind))

    @property
    def is_said(self) -> bool:
        """Whether the words are theirs; beside other deeds they say what it was."""
        return self.deed_kind in THEIR_WORDS


class LinkStateQuerySet(models.QuerySet["LinkState"]):
    def at_depth(self, rung: int, today: date) -> "LinkStateQuerySet":
        """Links on exactly this rung today; the same as `links.depth`, said in SQL."""
        found = self
        for higher, field in links.RUNG_FIELDS:
            if higher == rung:
                return found.filter(_proves(higher, field, today))
            found = found.exclude(_proves(higher, field, today))
        return found

    def at_some_depth(self, today: date) -> "LinkStateQuerySet":
        proofs = [_proves(rung, field, today) for rung, field in links.RUNG_FIELDS]
        return self.filter(reduce(or_, proofs))

    def in_freshness(self, state: str, today: date) -> "LinkStateQuerySet":
        """Links in this state of freshness today; the same as `links.freshness`, said in SQL."""
        bounds = links.FRESHNESS_COMPARISONS[state]
        found = self.filter(**{f"{field}__{lookup}": today for field, lookup in bounds})
        # Nobody cools who wasn't due before; said again, because this is the column with the index.
        return found if state == links.FRESH else found.filter(due_on__lte=today)


def _proves(rung: int, field: str, today: date) -> models.Q:
    holds = models.Q(**{f"{field}__gt": today})
    return holds & models.Q(two_way_until__gt=today) if rung in links.NEEDS_TWO_WAY else holds


class LinkState(Derived):
    """What deeds and links come to, as dates that lists can be filtered by. Computed; see `links`."""

    watches = (("deed", "person_id"), ("link", "person_id"))

    person = models.OneToOneField(
        Person, models.DO_NOTHING, primary_key=True, related_name="state", db_constraint=False
    )
    talking_until = models.DateField(null=True)
    sustained_until = models.DateField(null=True)
    meets_until = models.DateField(null=True)
    stands_until = models.DateField(null=True)
    carries_until = models.DateField(null=True)
    two_way_until = models.DateField(null=True)
    rhythm_days = models.IntegerField(null=True)
    due_on = models.DateField(null=True, db_index=True)
    cooling_on = models.DateField(null=True)
    out_of_touch_on = models.DateField(null=True)

    objects = LinkStateQuerySet.as_manager()

    class Meta:
        # Few stand on the higher rungs; a filter by one of them should touch only these.
        indexes = [
            models.Index(field, name=f"state_{field}", condition=models.Q(**{f"{field}__isnull": False}))
            for field in ("sustained_until", "meets_until", "stands_until", "carries_until")
        ]

    @classmethod
    def refresh(cls, keys: list[str] | None) -> None:
        raw = connections["open"].connection
        if keys is None:
            states.compute_all(raw)
        else:
            states.compute(raw, keys)

    @property
    def evidence(self) -> links.Evidence:
        return links.Evidence(*(getattr(self, name) for name in states.UNTIL))

    def depth(self, today: date) -> int:
        return links.depth(self.evidence, today)

    def freshness(self, today: date) -> str:
        if self.due_on is None or self.cooling_on is None or self.out_of_touch_on is None:
            return links.NONE
        return links.state(links.FreshnessBounds(self.due_on, self.cooling_on, self.out_of_touch_on), today)


RUNG_LABELS = RUNGS
