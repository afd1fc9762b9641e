"""Who in a list is already here: certain by phone, e-mail, card id; likely by a name alike at the same unit.

Nothing is compared all with all. People are found by what they share exactly (phone, e-mail, card id, the
whole folded name), and similar names through blocks: one word of both names must sound alike and another
begin with the same letter, at the same unit. A proposal is only that: somebody looks before two people become
one.

Families share phones, addresses and even card ids, so a shared one is `same` only while the names don't
contradict (another given name, another middle initial); then it is `similar`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from .headings import plain

SIMILAR_FROM = 86.0
"""Of 100, by rapidfuzz's ratio over the sorted words: one wrong letter in eight passes, two don't."""
_LOOKED_AT = 64  # people in one block: the latest; keeps the worst list linear
_BEHIND_ONE_MARK = 16  # people behind one shared phone that are compared, beside those of the same name
_ANY = "*"  # any unit: folded units have no such sign
_PHONE_TAIL = 9  # national and international forms of a number agree in their last nine digits

_NICKNAMES = """
    alexander alex sascha sasha; andrew andy drew; anthony tony; antonio tono toni; barbara basia babs;
    benjamin ben benny; catherine kate katie cathy kathy katherine kathryn; charles charlie chuck;
    christine chris christina kristin kristina; christopher topher; daniel dan danny; david dave;
    dolores lola; donald don; edward ed eddie ted; elizabeth liz beth betty lisa elisabeth; ernst ernie;
    francisco paco pancho; frederick fred freddy; friedrich fritz; gabriel gabi; gerald gerry; gregory
    greg; guadalupe lupe; henry harry hank; ignacio nacho; ibrahim ibo; james jim jimmy jamie; jennifer
    jen jenny; jessica jess; jesus chuy; joanna asia joasia; johannes hans johann; john jack johnny;
    jonathan jon; jose pepe; josef sepp jupp; joseph joe joey; joshua josh; katarzyna kasia; kenneth ken
    kenny; lawrence larry; leonard leo; luis lucho; malgorzata gosia; manuel manolo manny; margaret
    maggie peggy meg; matthew matt; mehmet memo; michael mike mick mikey; mustafa mustu; nicholas nick;
    patricia pat patty tricia; peter pete; philip phil; raymond ray; rebecca becky; richard rick dick
    ricky; robert bob rob bobby robbie; ronald ron ronnie; rosario charo; samuel sam; sebastian basti;
    stanislaw staszek; stephen steve steven stephan; susan sue susie; theresa terry tess; thomas tom
    tommy; timothy tim; victoria vicky; walter walt; wilhelm willi; william bill will billy; zbigniew
    zbyszek"""
_WHOLE_FORM = {
    short: words[0] for group in _NICKNAMES.split(";") if (words := group.split()) for short in words
}  # fmt: skip
_NO_DIGIT = re.compile(r"\D")
_SEVERAL = re.compile(r"[/;,|]")  # between the phones of somebody who has several
_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")


@dataclass(frozen=True, slots=True)
class Known:
    """A person as far as matching needs them; `id` may be anything that names them ('' for one not yet
    added)."""

    id: str
    name: str = ""
    nickname: str = ""
    phone: str = ""
    email: str = ""
    card_id: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is or may be. Reasons: phone, email, card, name, nickname; names_differ where the names
    contradict."""

    kind: Literal["same", "similar"]
    id: str
    reasons: tuple[str, ...]
    score: float


class Index:
    """People to find again. Add the rows of a file as they go in, and it finds doubles within the file
    too."""

    def __init__(self, people: Iterable[Known] = ()) -> None:
        self._by_mark: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._by_mark_and_name: dict[tuple[str, str, str], Known] = {}
        self._by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._blocks: dict[tuple[str, str], dict[str, Known]] = defaultdict(dict)
        self._short: dict[tuple[str, str], Known] = {}
        self._names = _Names()
        for person in people:
            self.add(person)

    def add(self, person: Known) -> None:
        """From now on this person is found."""
        whole = self._names.whole(person.name)
        for mark in _marks(person):
            self._by_mark[mark].append(person)
            self._by_mark_and_name.setdefault((*mark, whole), person)
        unit = self._names.plain(person.unit)
        if whole:
            self._by_name[whole, unit].append(person)
            self._by_name[whole, _ANY].append(person)
        if unit:
            for word in self._names.short_forms(person):
                self._short.setdefault((unit, word), person)
        for key in self._names.block_keys(whole):
            block = self._blocks[unit, key]
            block.setdefault(whole, person)
            if len(block) > _LOOKED_AT:
                del block[next(iter(block))]

    def find(self, candidate: Known) -> Match | None:
        """The best match among the people added so far, or None. Somebody with the candidate's own id is
        passed over."""
        shared = self._by_shared_mark(candidate)
        if shared and shared.kind == "same":
            return shared
        return (
            shared
            or self._by_whole_name(candidate)
            or self._by_similar_name(candidate)
            or self._by_nickname(candidate)
        )

    def _by_shared_mark(self, candidate: Known) -> Match | None:
        whole = self._names.whole(candidate.name)
        best: Match | None = None
        for mark in _marks(candidate):
            if mark not in self._by_mark:
                continue
            exact = self._by_mark_and_name.get((*mark, whole))
            for person in ([exact] if exact else []) + self._by_mark[mark][-_BEHIND_ONE_MARK:]:
                if candidate.id and person.id == candidate.id:
                    continue
                match = self._weighed(candidate, person)
                if match.kind == "same":
                    return match
                best = max(best or match, match, key=lambda one: one.score)
        return best

    def _by_whole_name(self, candidate: Known) -> Match | None:
        """The same words in any order, nicknames as their whole form; at the same unit, or with no contact
        against it."""
        whole, unit = self._names.whole(candidate.name), self._names.plain(candidate.unit)
        if not whole or (" " not in whole and not unit):
            return None
        for place in (unit, "") if unit else (_ANY,):
            for person in reversed(self._by_name.get((whole, place), [])[-_LOOKED_AT:]):
                if _other(candidate, person) and (
                    (unit and place) or not _contacts_differ(candidate, person)
                ):
                    return Match(
                        "similar",
                        person.id,
                        ("name",),
                        100.0 if unit == self._names.plain(person.unit) else 95.0,
                    )
        return None

    def _by_similar_name(self, candidate: Known) -> Match | None:
        whole, unit = self._names.whole(candidate.name), self._names.plain(candidate.unit)
        best: Match | None = None
        for key in self._names.block_keys(whole):
            block = self._blocks.get((unit, key))
            if not block:
                continue
            for name, score, _ in process.extract(
                whole, block.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR_FROM, limit=3
            ):
                person = block[name]
                fits = _other(candidate, person) and self._names.agree(candidate.name, person.name)
                if fits and not _contacts_differ(candidate, person) and score > (best.score if best else 0):
                    best = Match("similar", person.id, ("name",), round(score, 1))
        return best

    def _by_nickname(self, candidate: Known) -> Match | None:
        """“Ana” or “tall guy” at a unit where an Ana Pérez, or somebody called tall guy, works already."""
        unit = self._names.plain(candidate.unit)
        for word in self._names.short_forms(candidate) if unit else ():
            person = self._short.get((unit, word))
            if not person or not _other(candidate, person) or _contacts_differ(candidate, person):
                continue
            alone = not (" " in self._names.whole(candidate.name) and " " in self._names.whole(person.name))
            if alone or self._names.plain(candidate.nickname) == self._names.plain(person.nickname) != "":
                return Match("similar", person.id, ("nickname",), 80.0)
        return None

    def _weighed(self, candidate: Known, person: Known) -> Match:
        """What two people share: certain, unless their names contradict."""
        theirs = set(_marks(person))
        reasons = tuple(kind for kind, value in _marks(candidate) if (kind, value) in theirs)
        if self._names.agree(candidate.name or candidate.nickname, person.name or person.nickname):
            return Match("same", person.id, reasons, 100.0)
        likeness = fuzz.ratio(self._names.whole(candidate.name), self._names.whole(person.name))
        return Match("similar", person.id, (*reasons, "names_differ"), round(50 + likeness * 0.4, 1))


def _marks(person: Known) -> Iterator[tuple[str, str]]:
    """What only one person should have, strongest first."""
    if person.card_id.strip():
        yield "card", person.card_id.strip().casefold()
    if "@" in person.email:
        yield "email", person.email.strip().casefold()
    for phone in _SEVERAL.split(person.phone):
        if tail := _phone_tail(phone):
            yield "phone", tail


def _phone_tail(phone: str) -> str:
    digits = _NO_DIGIT.sub("", phone)
    return digits[-_PHONE_TAIL:] if len(digits) >= 7 else ""


def _other(candidate: Known, person: Known) -> bool:
    return not candidate.id or candidate.id != person.id


def _contacts_differ(one: Known, two: Known) -> bool:
    """Both have a phone or both have an e-mail, and none agrees (agreeing ones were found before)."""
    phones, emails = _phone_tail(one.phone) and _phone_tail(two.phone), one.email and two.email
    return bool(phones or emails)


class _Names:
    """Names in comparable form. What it remembers goes with its index: no name outlives a lock here."""

    def __init__(self) -> None:
        self._plain: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        self._whole: dict[str, str] = {}

    def plain(self, text: str) -> str:
        """Small letters, no accents, no punctuation; remembered, because words and units come often."""
        if (known := self._plain.get(text)) is None:
            known = self._plain[text] = plain(text)
        return known

    def words(self, name: str) -> list[str]:
        """The words of a name, nicknames as their whole form."""
        if (known := self._words.get(name)) is None:
            words = (word for part in name.split() for word in self.plain(part).split())
            known = self._words[name] = [_WHOLE_FORM.get(word, word) for word in words]
        return known

    def whole(self, name: str) -> str:
        """The words in a fixed order, so that Pérez Ana is Ana Pérez; initials tell people apart."""
        if (known := self._whole.get(name)) is None:
            known = self._whole[name] = " ".join(sorted(self.words(name)))
        return known

    def short_forms(self, person: Known) -> Iterator[str]:
        """What somebody at the same unit may be called alone: nickname, first word, whole name."""
        if person.nickname:
            yield " ".join(self.words(person.nickname))
        if words := self.words(person.name):
            yield words[0]
            if len(words) > 1:
                yield " ".join(words)

    def block_keys(self, whole: str) -> Iterator[str]:
        """For each pair of longer words: how one sounds and how the other begins."""
        words = [word for word in whole.split() if len(word) > 1][:4]
        for one in words:
            sound = self._sound(one)
            for other in words:
                if one is not other:
                    yield sound + other[0]

    def _sound(self, word: str) -> str:
        """A word's first letter and its next three consonants by kind: a little of Soundex."""
        if (known := self._sounds.get(word)) is None:
            codes = [code for code in word[1:].translate(_SOUNDS) if code not in "aeiouyhw"]
            kept = [code for at, code in enumerate(codes) if at == 0 or code != codes[at - 1]]
            known = self._sounds[word] = word[0] + "".join(kept)[:3] + " "
        return known

    def agree(self, one: str, two: str) -> bool:
        """Whether both may be one person's: each word of the shorter has its like in the longer, one in full.

        Where one name is missing there is nothing to contradict.
        """
        few, many = sorted((self.words(one), self.words(two)), key=len)
        if not few:
            return True
        left, full = list(many), 0
        for word in sorted(few, key=len, reverse=True):
            like = next((other for other in left if _alike(word, other)), None)
            if like is None:
                return False
            left.remove(like)
            full += min(len(word), len(like)) > 1
        return full > 0


def _alike(word: str, other: str) -> bool:
    """The same word, its initial, or one with a slip of the keyboard."""
    if min(len(word), len(other)) == 1:
        return word[0] == other[0]
    return word == other or (min(len(word), len(other)) >= 4 and fuzz.ratio(word, other) >= 80)
