"""What a member took on and promised, handed to others: who goes on with whom, introduced by when."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Away, Member
from masslink.core.days import DayField
from masslink.people.acts import let_link_end, take_over
from masslink.people.labels import rhythm_text
from masslink.people.models import Link, Person
from masslink.people.splitting import by_when, in_turn
from masslink.sites.models import Access, Site
from masslink.sites.panels import who_works_where
from masslink.tasks import acts as tasks
from masslink.tasks.models import ToDo
from masslink.vault.act import act
from masslink.vault.workspace import current

LATER, END, WITH = "later", "end", "with"
INTRODUCED, ALONE = "introduced", "alone"
AT_MOST = 80  # people chosen for one by one; the others are shared out in turn
A_WEEK = timedelta(days=7)


@dataclass
class Load:
    """What a member has taken on, as far as it is at hand; and who else could, place by place."""

    member: Member
    today: date
    links: list[Link]
    to_dos: list[ToDo]
    takers: dict[UUID, list[Member]]  # by place
    everybody: list[Member]
    away: set[UUID] = field(default_factory=set)
    passing: set[tuple[UUID, UUID]] = field(default_factory=set)  # (place, member): there for a while only

    def __bool__(self) -> bool:
        return bool(self.links or self.to_dos)

    @property
    def sites(self) -> list[Site]:
        return list({link.person.site_id: link.person.site for link in self.links}.values())


def load_of(member: Member, today: date, *, sites: Iterable[Site] | None = None) -> Load:
    """Everything, or what belongs to some places. Who wants no contact is on no list, and isn't handed on."""
    links = Link.objects.filter(member=member, until=None).exclude(person__reach=Person.Reach.NOT_AT_ALL)
    to_dos = ToDo.objects.open().of(member).exclude(circle=current().own_circle)
    if sites is not None:
        circles = [site.circle for site in sites]
        links, to_dos = links.filter(circle__in=circles), to_dos.filter(circle__in=circles)
    everybody = list(Member.objects.filter(left_on=None).exclude(pk=member.pk))
    away = set(Away.objects.on(today).values_list("member_id", flat=True))
    everybody.sort(key=lambda one: one.pk in away)
    who = who_works_where(Site.objects.all())
    takers = {id: [one for one in everybody if one in here.members] for id, here in who.items()}
    found = links.select_related("person__site", "person__unit", "person__shift")
    found = found.order_by("person__site__name", "person__name")
    noted = Access.objects.filter(until__isnull=False, member__left_on=None).values_list(
        "site_id", "member_id"
    )
    for_good = set(Access.objects.filter(until=None).values_list("site_id", "member_id"))
    passing = set(noted) - for_good
    return Load(member, today, list(found), list(to_dos.with_about()), takers, everybody, away, passing)


def can_see_to(member: Member, circle: UUID) -> bool:
    """Whether a member can still read and meet those they took on at a place at hand."""
    return member.left_on is None and member.holder in current().circles[circle].roster


# --- the form ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonBox:
    link: Link
    field: Any

    @property
    def note(self) -> str:
        person = self.link.person
        where = [part.name for part in (person.unit, person.shift) if part]
        return ", ".join([*where, rhythm_text(self.link.rhythm_days)])


@dataclass(frozen=True)
class PlaceBox:
    site: Site
    all: Any
    people: list[PersonBox]
    more: int


@dataclass(frozen=True)
class ToDoBox:
    todo: ToDo
    field: Any
    due: Any


class HandOver(forms.Form):
    """Who takes over, person by person or a whole place at once; and the to-dos, with their days."""

    how = forms.ChoiceField(
        label=gettext_lazy("How do they get to know each other?"), required=False, widget=forms.RadioSelect
    )
    on = DayField(label=gettext_lazy("The first ones by"), required=False)

    def __init__(self, data: Any = None, *, load: Load, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.load = load
        self.members = {one.pk.hex: one for one in load.everybody}
        self.turns = _turns(load)
        self._ask_how()
        for site in load.sites:
            self.fields[f"all_{site.pk.hex}"] = self._choice([("", _("each as below")), *self._takers(site)])
        for link in load.links[:AT_MOST]:
            self.fields[f"p_{link.pk.hex}"] = self._person_field(link)
        for todo in load.to_dos:
            self.fields[f"t_{todo.pk.hex}"] = self._todo_field(todo)
            due = max(todo.due, load.today) if todo.due >= load.today else load.today + A_WEEK
            self.fields[f"d_{todo.pk.hex}"] = DayField(initial=due, required=False)

    def _ask_how(self) -> None:
        name = {"name": self.load.member.name}
        how: Any = self.fields["how"]
        how.choices = [
            (INTRODUCED, _("%(name)s introduces them") % name),
            (ALONE, _("they do it themselves")),
        ]
        how.initial = ALONE if self.load.member.left_on else INTRODUCED
        self.fields["on"].initial = self.load.today + A_WEEK
        if not self.load.links:
            del self.fields["how"], self.fields["on"]

    def _takers(self, site: Site) -> list[tuple[str, str]]:
        return [*self._named(self.load.takers.get(site.pk, [])), *_nobody()]

    def _named(self, members: Iterable[Member]) -> list[tuple[str, str]]:
        away = self.load.away
        return [(one.pk.hex, _("%s (away)") % one.name if one.pk in away else one.name) for one in members]

    def _choice(self, choices: list[tuple[str, str]], initial: str = "") -> forms.ChoiceField:
        return forms.ChoiceField(choices=choices, initial=initial, required=False, widget=forms.Select)

    def _person_field(self, link: Link) -> forms.ChoiceField:
        chosen = self.turns.get(link.pk)
        return self._choice(self._takers(link.person.site), chosen.pk.hex if chosen else LATER)

    def _todo_field(self, todo: ToDo) -> forms.ChoiceField:
        site = todo.person.site_id if todo.person else todo.site_id
        takers = self.load.takers.get(site, []) if site else self.load.everybody
        together = []
        if todo.person and any(link.person_id == todo.person_id for link in self.load.links):
            together = [(WITH, _("whoever goes on with %(name)s") % {"name": todo.person.called})]
        choices = [*together, *self._named(takers), (LATER, _("later")), (END, _("let it go"))]
        return self._choice(choices, choices[0][0])

    # --- what is shown ---

    @property
    def places(self) -> list[PlaceBox]:
        found = []
        for site in self.load.sites:
            here = [link for link in self.load.links if link.person.site_id == site.pk]
            boxes = [PersonBox(x, self[f"p_{x.pk.hex}"]) for x in here if f"p_{x.pk.hex}" in self.fields]
            found.append(PlaceBox(site, self[f"all_{site.pk.hex}"], boxes, len(here) - len(boxes)))
        return found

    @property
    def to_dos(self) -> list[ToDoBox]:
        return [ToDoBox(t, self[f"t_{t.pk.hex}"], self[f"d_{t.pk.hex}"]) for t in self.load.to_dos]

    @property
    def summary(self) -> list[tuple[str, int, int]]:
        """Who gets how many people and to-dos, as it was chosen."""
        people = Counter(self._called(self.taker(link)) for link in self.load.links)
        to_dos = Counter(self._called(self.doer(todo)) for todo in self.load.to_dos)
        return [(name, people[name], to_dos[name]) for name in dict.fromkeys([*people, *to_dos])]

    def _called(self, who: Member | str) -> str:
        if isinstance(who, Member):
            return who.name
        return _("nobody: let it rest") if who == END else _("later")

    @property
    def posted(self) -> list[tuple[str, str]]:
        """To carry along on the next page."""
        return [(name, self.data[name]) for name in self.fields if name in self.data]

    # --- what is meant ---

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        days = ["on", *(f"d_{todo.pk.hex}" for todo in self.load.to_dos)]
        for name in [name for name in days if (day := data.get(name)) and day < self.load.today]:
            self.add_error(name, _("That day is over. Choose a later one."))
        return data

    def taker(self, link: Link) -> Member | str:
        """Who goes on with a person; LATER or END where nobody does."""
        said = self.cleaned_data
        chosen: str = said.get(f"all_{link.person.site_id.hex}") or said.get(f"p_{link.pk.hex}") or ""
        if not chosen:
            return self.turns.get(link.pk) or LATER
        return self.members.get(chosen, chosen)

    def doer(self, todo: ToDo) -> Member | str:
        chosen: str = self.cleaned_data.get(f"t_{todo.pk.hex}") or LATER
        if chosen == WITH:
            link = next((x for x in self.load.links if x.person_id == todo.person_id), None)
            found = self.taker(link) if link else LATER
            return found if isinstance(found, Member) else LATER
        return self.members.get(chosen, chosen)


def _nobody() -> list[tuple[str, str]]:
    return [(LATER, _("later")), (END, _("nobody: let it rest"))]


def _turns(load: Load) -> dict[UUID, Member]:
    """Who goes on with whom, unless said otherwise: whoever keeps in touch anyway; else in turn who stays."""
    others = Link.objects.filter(until=None, person__in=[link.person_id for link in load.links])
    keeps: dict[UUID, set[UUID]] = {}
    for person, member in others.exclude(member=load.member).values_list("person_id", "member_id"):
        keeps.setdefault(person, set()).add(member)
    already, given = {}, {}
    for link in load.links:
        here = load.takers.get(link.person.site_id, [])
        known = [one for one in here if one.pk in keeps.get(link.person_id, ())]
        if known:
            already[link.pk] = known[0]
        site = link.person.site_id
        staying = [one for one in here if one.pk not in load.away and (site, one.pk) not in load.passing]
        given[link.pk] = staying or here
    counted = Link.objects.filter(until=None).values_list("member").annotate(n=Count("pk")).order_by()
    has = dict(counted)
    return in_turn(given, {one: has.get(one.pk, 0) for one in load.everybody}, already)


# --- writing -------------------------------------------------------------------------------------


def hand_over(*, by: Member, at: datetime, form: HandOver, going: bool) -> None:
    """Everything the form says, as far as it is still so. `going`: the member can't do anything anywhere afterwards."""
    load = form.load
    with act("handed_over", at=at, notes={"member": load.member.pk.hex}):
        roster = {one.pk for takers in load.takers.values() for one in takers}
        open_links = {link.pk for link in Link.objects.filter(member=load.member, until=None)}
        meetings = Meetings(form, going)
        for link, taker in _links(form, open_links):
            if taker == END:
                let_link_end(by=by, at=at, link=link)
            elif isinstance(taker, Member) and taker.pk in roster:
                begun = take_over(by=by, at=at, link=link, to=taker, introduced_by=meetings.introduced_by)
                if begun is not None:
                    meetings.promise(by=by, at=at, person=link.person, to=taker)
        _end_with_those_who_want_none(by=by, at=at, load=load, going=going)
        for todo in ToDo.objects.open().filter(pk__in=[t.pk for t in load.to_dos]):
            _hand_on(by=by, at=at, form=form, todo=todo)


def _links(form: HandOver, still_open: set[UUID]) -> Iterator[tuple[Link, Member | str]]:
    for link in form.load.links:
        if link.pk in still_open:
            link.refresh_from_db()
            yield link, form.taker(link)


class Meetings:
    """Who sees to it that two get to know each other, and by when: a few a week."""

    def __init__(self, form: HandOver, going: bool) -> None:
        self.member, self.going = form.load.member, going
        introduced = form.cleaned_data.get("how") == INTRODUCED
        self.introduced_by = self.member if introduced else None
        self.first = form.cleaned_data.get("on") or form.load.today + A_WEEK
        self.number: Counter[UUID] = Counter()

    def promise(self, *, by: Member, at: datetime, person: Person, to: Member) -> None:
        doer, what = to, _("Get to know %(name)s; %(before)s kept in touch before")
        going = self.going or not can_see_to(self.member, person.circle)
        if self.introduced_by and going:
            what = _("Let %(before)s introduce you to %(name)s")
        elif self.introduced_by:
            doer, what = self.member, _("Introduce %(name)s to %(to)s")
        text = what % {"name": person.called, "to": to.name, "before": self.member.name}
        due = by_when(self.first, self.number[doer.pk])
        self.number[doer.pk] += 1
        tasks.promise(by=by, at=at, member=doer, what=text[:200], due=due, person=person)


def _end_with_those_who_want_none(*, by: Member, at: datetime, load: Load, going: bool) -> None:
    """Whoever wants no contact isn't handed on: the link of who goes from there ends quietly."""
    silent = Link.objects.filter(member=load.member, until=None, person__reach=Person.Reach.NOT_AT_ALL)
    for link in silent:
        if going or not can_see_to(load.member, link.circle):
            let_link_end(by=by, at=at, link=link)


def _hand_on(*, by: Member, at: datetime, form: HandOver, todo: ToDo) -> None:
    doer = form.doer(todo)
    if doer == END:
        why = _("%(name)s can’t do it any more") % {"name": form.load.member.name}
        tasks.let_go(by=by, at=at, todo=todo, why=why[:200])
    elif isinstance(doer, Member):
        due = form.cleaned_data.get(f"d_{todo.pk.hex}") or todo.due
        tasks.hand_on(by=by, at=at, todo=todo, to=doer, due=due)
