"""What is written about agendas: what is taken up, ordered, talked about, left to rest; and templates of our own.

Once the minutes are adopted, all of it but leaving to rest raises Adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.gatherings.models import Gathering
from masslink.meetings import ordering, orders
from masslink.meetings.minuting import refuse_adopted
from masslink.meetings.models import MOST_ITEMS, TITLE, AgendaItem, AgendaTemplate, Meeting, Minute, Part
from masslink.vault.act import act
from masslink.vault.record import Ref


class TooMany(Exception):
    """More items than an agenda holds."""


class HasMinutes(Exception):
    """Something was written down under it, so it stays."""


@dataclass(frozen=True)
class Matter:
    """Something to talk about: what it is called, where it belongs, what it comes from."""

    title: str
    part: str = ""
    belongs: str = Part.NEW.value
    about: str = ""
    minutes: int | None = None
    lead: Member | None = None
    origin: Ref | None = None
    before: UUID | None = None  # the item of an earlier meeting that it goes on with
    id: UUID | None = None


# --- the agenda ----------------------------------------------------------------------------------------


def take_up(*, by: Member, at: datetime, gathering: Gathering, matters: Sequence[Matter]) -> list[AgendaItem]:
    """On the agenda, each where it belongs; what comes from the same and stands there already isn't doubled."""
    with act("agenda_taken_up", at=at):
        refuse_adopted(gathering)
        order: list[AgendaItem] = list(AgendaItem.objects.of(gathering))
        there = {mark for one in order for mark in _marks(one)}
        new = []
        for matter in matters:
            if there.isdisjoint(_marks(matter)):
                item = _item(by, at, gathering, matter)
                order.insert(ordering.position([one.part for one in order], matter.belongs), item)
                new.append(item)
                there |= _marks(matter)
        _save_new(order, new)
    return new


def _marks(one: Matter | AgendaItem) -> set[Ref | UUID | str]:
    """By what one knows that two are the same: what they come from, or their words where they come from nothing."""
    return {mark for mark in (one.origin, one.before) if mark} or {one.title}


def use_order(
    *, by: Member, at: datetime, gathering: Gathering, lines: Iterable[orders.Line]
) -> list[AgendaItem]:
    """An order of business: its parts, in its order; what is on the agenda already finds its place in it."""
    with act("agenda_ordered", at=at):
        refuse_adopted(gathering)
        before = list(AgendaItem.objects.of(gathering))
        order = [_same(line, before) or _item(by, at, gathering, _matter(line)) for line in lines]
        order = list(dict.fromkeys(order))  # two lines of one title are one matter
        placed = {item.pk for item in order}
        new = [item for item in order if item not in before]
        for item in (one for one in before if one.pk not in placed):
            belongs = Part.OLD if item.before else Part.NEW
            order.insert(ordering.position([one.part for one in order], belongs), item)
        if len(order) > MOST_ITEMS:
            raise TooMany
        for place, item in enumerate(order, 1):
            item.place = place * ordering.STEP
            item.save()
    return new


def _matter(line: orders.Line) -> Matter:
    return Matter(line.title, part=line.part, minutes=line.minutes)


def _same(line: orders.Line, items: list[AgendaItem]) -> AgendaItem | None:
    """What stands on the agenda already as this line."""
    return next(
        (one for one in items if one.title == line.title or (line.part and one.part == line.part)), None
    )


def _item(by: Member, at: datetime, gathering: Gathering, matter: Matter) -> AgendaItem:
    return AgendaItem(
        id=matter.id or uuid4(),
        circle=gathering.circle,
        gathering=gathering,
        title=matter.title[:TITLE],
        about=matter.about,
        part=matter.part,
        minutes=matter.minutes,
        lead=matter.lead,
        origin_kind=matter.origin.kind if matter.origin else "",
        origin_id=matter.origin.id if matter.origin else None,
        before=matter.before,
        by=by,
        at=at,
    )


def _save_new(order: list[AgendaItem], new: list[AgendaItem]) -> None:
    """In the running act: the new ones, and those that have to make room."""
    if len(order) > MOST_ITEMS:
        raise TooMany
    fresh = {item.pk for item in new}
    places = ordering.spread([None if item.pk in fresh else item.place for item in order])
    for item, place in zip(order, places, strict=True):
        if item.pk in fresh or item.place != place:
            item.place = place
            item.save()


def edit_item(
    *,
    by: Member,
    at: datetime,
    item: AgendaItem,
    title: str,
    about: str,
    minutes: int | None,
    lead: Member | None,
) -> None:
    with act("agenda_item_edited", at=at):
        refuse_adopted(item.gathering)
        item.title, item.about, item.minutes, item.lead = title, about, minutes, lead
        item.save()


def move_item(*, by: Member, at: datetime, item: AgendaItem, up: bool) -> bool:
    """One place earlier or later; whether it could."""
    with act("agenda_item_moved", at=at):
        refuse_adopted(item.gathering)
        order = list(AgendaItem.objects.of(item.gathering))
        at_now = next((i for i, one in enumerate(order) if one.pk == item.pk), None)
        to = None if at_now is None else at_now + (-1 if up else 1)
        if at_now is None or to is None or not 0 <= to < len(order):
            return False
        places = [one.place for one in order]
        if len(set(places)) < len(places):  # two took up something at the same moment, once
            places = [ordering.STEP * (i + 1) for i in range(len(order))]
        order[at_now], order[to] = order[to], order[at_now]
        for one, place in zip(order, places, strict=True):
            if one.place != place:
                one.place = place
                one.save()
    return True


def take_off(*, by: Member, at: datetime, item: AgendaItem) -> None:
    """Off the agenda. Raises HasMinutes where something was written down under it."""
    with act("agenda_item_taken_off", at=at):
        refuse_adopted(item.gathering)
        if Minute.objects.filter(item=item.pk).exists():
            raise HasMinutes
        item.delete()


def let_rest(*, by: Member, at: datetime, item: AgendaItem) -> None:
    """It was left over, and needn't come to another meeting."""
    with act("agenda_item_rested", at=at):
        item.rested_at = at
        item.save()


# --- how far the meeting is ----------------------------------------------------------------------------


def _meeting(gathering: Gathering) -> Meeting:
    """In the running act: the record of how far it is, which begins to exist now if there is none."""
    found = Meeting.objects.filter(gathering=gathering).first()
    return found or Meeting(circle=gathering.circle, gathering=gathering)


def begin(*, by: Member, at: datetime, gathering: Gathering) -> Meeting:
    """The meeting begins, or goes on after it was said to be over: at the first item not talked about yet."""
    with act("meeting_begun", at=at):
        refuse_adopted(gathering)
        meeting = _meeting(gathering)
        if not meeting.goes_on:
            meeting.begun_at, meeting.ended_at = meeting.begun_at or at, None
            meeting.now = meeting.now or _next(gathering)
            meeting.save()
    return meeting


def _next(gathering: Gathering, after: AgendaItem | None = None) -> UUID | None:
    """What hasn't been talked about yet: what comes after this one, or the first of all."""
    order = [one for one in AgendaItem.objects.of(gathering) if one.talked_at is None]
    later = [one for one in order if after is None or (one.place, one.at) > (after.place, after.at)]
    return next((one.pk for one in [*later, *order] if after is None or one.pk != after.pk), None)


def go_on(*, by: Member, at: datetime, gathering: Gathering, item: AgendaItem | None) -> Meeting:
    """This item is talked through, and the next is what we talk about.

    Where another said so already and the meeting is further, nothing is skipped: it stays where it is.
    """
    with act("meeting_went_on", at=at):
        refuse_adopted(gathering)
        meeting = _meeting(gathering)
        meeting.begun_at = meeting.begun_at or at
        # As it is now: two may tap at the same moment.
        latest = AgendaItem.objects.filter(pk=item.pk).first() if item else None
        if latest and latest.talked_at is None:
            latest.talked_at = at
            latest.save()
        if item is None or meeting.now in (None, item.pk) or not _is_there(meeting.now):
            meeting.now = _next(gathering, latest)
        meeting.save()
    return meeting


def _is_there(item: UUID | None) -> bool:
    return AgendaItem.objects.filter(pk__in=[item]).exists()


def turn_to(*, by: Member, at: datetime, gathering: Gathering, item: AgendaItem) -> Meeting:
    """Not in the order: this is what we talk about now, also if we had talked about it before."""
    with act("meeting_turned", at=at):
        refuse_adopted(gathering)
        meeting = _meeting(gathering)
        meeting.begun_at, meeting.now = meeting.begun_at or at, item.pk
        meeting.save()
        if item.talked_at is not None:
            item.talked_at = None
            item.save()
    return meeting


def end(*, by: Member, at: datetime, gathering: Gathering) -> Meeting:
    """It is over. What something was written under was talked about; the rest is left over."""
    with act("meeting_ended", at=at):
        refuse_adopted(gathering)
        meeting = _meeting(gathering)
        meeting.begun_at, meeting.ended_at = meeting.begun_at or at, at
        meeting.save()
        written = set(Minute.objects.filter(gathering=gathering).values_list("item", flat=True))
        for item in AgendaItem.objects.of(gathering):
            if item.talked_at is None and item.pk in written:
                item.talked_at = at
                item.save()
    return meeting


# --- templates of our own ------------------------------------------------------------------------------


def keep_as_template(
    *,
    by: Member,
    at: datetime,
    gathering: Gathering,
    name: str,
    items: Iterable[AgendaItem],
    id: UUID | None = None,
) -> AgendaTemplate:
    """The agenda's order, for those who can read it. One of the same name is replaced."""
    with act("agenda_template_kept", at=at):
        same = AgendaTemplate.objects.filter(circle=gathering.circle, name=name).first()
        template = same or AgendaTemplate(id=id or uuid4(), circle=gathering.circle, name=name)
        template.lines = orders.as_text(orders.Line(one.title, one.part, one.minutes) for one in items)
        template.by, template.at = by, at
        template.save()
    return template


def drop_template(*, by: Member, at: datetime, template: AgendaTemplate) -> None:
    with act("agenda_template_dropped", at=at):
        template.delete()
