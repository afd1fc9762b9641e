"""What adopting a plan comes to, looked at with today's eyes: pairs, access, pairs that end, and what is in the way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from masslink.pairs.models import Pair
from masslink.pairs.plan_acts import Adopted
from masslink.pairs.plan_words import GOES_ON, PlanShown, state_of
from masslink.pairs.planner import Proposed, Who
from masslink.pairs.planning import AWAY, NEW_KEYS, as_works


@dataclass(frozen=True)
class Ending:
    """A pair that isn't in the plan. Where one of the two can't be planned just now, it is thought to stay."""

    pair: Pair
    stays: bool


@dataclass(frozen=True)
class Adopting:
    """A draft on its way to becoming pairs."""

    shown: PlanShown

    @cached_property
    def problems(self) -> list[str]:
        """What changed since it was calculated, so that it can't be done as it stands."""
        return list(dict.fromkeys(self._problems()))

    def _problems(self) -> Iterator[str]:
        gathered, words = self.shown.gathered, self.shown.words
        members = {who.id: who for who in gathered.task.members}
        taken: Counter[str] = Counter()
        for pair in self.shown.draft.pairs:
            if pair.place not in gathered.sites:
                yield _("A place of this plan isn’t yours to open any more.")
                continue
            if any(id not in gathered.cells for id in pair.works):
                two = words.members((pair.one, pair.other))
                yield _("Of what %(who)s were to work, something was taken away.") % {"who": two}
            for id in (pair.one, pair.other):
                taken[id] += 1
                if id not in members:
                    yield _("%(name)s can’t be planned at present.") % {"name": words.member(id)}
                elif not self._still_can(members[id], pair):
                    yield _("%(name)s can’t there any more, or not at that time.") % {
                        "name": words.member(id)
                    }
        for id, number in taken.items():
            if id in members and number > members[id].free:
                yield _("%(name)s can’t carry so many pairs any more.") % {"name": words.member(id)}

    def _still_can(self, who: Who, pair: Proposed) -> bool:
        works = {work.id: work for work in self.shown.gathered.task.works}
        return all(who.can(works[id]) for id in pair.works if id in works)

    @cached_property
    def pairs(self) -> list[Adopted]:
        gathered = self.shown.gathered
        return [
            self._adopted(pair)
            for pair in self.shown.draft.pairs
            if state_of(pair, gathered) != GOES_ON or self._without_access(pair)
        ]

    def _adopted(self, pair: Proposed) -> Adopted:
        gathered = self.shown.gathered
        site, members = gathered.sites[pair.place], gathered.members
        here = [cell for cell in gathered.cells.values() if cell.site == site]
        return Adopted(
            site=site,
            one=members[pair.one],
            other=members[pair.other],
            works=as_works(pair.works, here),
            without_access=tuple(members[id] for id in self._without_access(pair)),
        )

    def _without_access(self, pair: Proposed) -> list[str]:
        who = {one.id: one for one in self.shown.gathered.task.members}
        return [id for id in (pair.one, pair.other) if id in who and pair.place not in who[id].places]

    @cached_property
    def access(self) -> list[str]:
        """Sentences about who would be able to read what."""
        found = [text for pair in self.shown.draft.pairs for text in self.shown.words.access(pair)]
        return list(dict.fromkeys(found))

    @cached_property
    def ending(self) -> list[Ending]:
        gathered = self.shown.gathered
        going_on = {(pair.place, frozenset((pair.one, pair.other))) for pair in self.shown.draft.pairs}
        found = []
        for pair in gathered.pairs:
            two = frozenset((pair.one_id.hex, pair.other_id.hex))
            if (pair.site_id.hex, two) not in going_on:
                stays = any(gathered.aside.get(id) in (AWAY, NEW_KEYS) for id in two)
                found.append(Ending(pair, stays))
        return found
