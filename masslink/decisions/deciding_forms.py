"""The form in which a decision is written down: how we came to it, hands, names, words, when to look at it again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.decisions.counting import Count
from masslink.decisions.forms import NO_DAY, LongText, WithDay, date_input, months_after, past_day
from masslink.decisions.models import Decision, Hand

KINDS = {"in_favour": Hand.How.FOR, "against": Hand.How.AGAINST, "abstained": Hand.How.ABSTAINED}
MOST_HANDS = 9_999


def _number(label: Any) -> forms.IntegerField:
    box = forms.TextInput(attrs={"class": "few", "inputmode": "numeric", "autocomplete": "off"})
    wrong = dict.fromkeys(
        ("invalid", "min_value", "max_value"), gettext_lazy("A number of hands, from 0 on.")
    )
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_HANDS, widget=box, error_messages=wrong
    )


class DecideForm(WithDay):
    """A decision. `seen` says which state of the question the form was shown with."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    words = LongText(
        label=gettext_lazy("What we decided, in words"),
        rows=4,
        error_messages={"required": gettext_lazy("Say in words what was decided: others read it in a year.")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How"),
        widget=forms.RadioSelect,
        choices=Decision.How.choices,
        error_messages={"required": gettext_lazy("By consensus, or by counting? One tap.")},
    )
    in_favour = _number(gettext_lazy("for it"))
    against = _number(gettext_lazy("against it"))
    abstained = _number(gettext_lazy("abstained"))
    guests = forms.BooleanField(label=gettext_lazy("Yes, guests were counted"), required=False)
    named = forms.ChoiceField(
        label=gettext_lazy("Names beside the hands"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", gettext_lazy("no names")), ("names", gettext_lazy("with names: we agreed on that"))],
    )
    on = forms.DateField(label=gettext_lazy("Decided on"), widget=date_input())

    must_choose = True

    def __init__(
        self, *args: Any, members: Iterable[Member], today: date, could_vote: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.members, self.could_vote, self.asks_guests = list(members), could_vote, False
        self.fields["day"].label = _("When we look at it again")
        for member in self.members:
            choices = [("", _("not written down")), *Hand.How.choices]
            self.fields[_field(member)] = forms.ChoiceField(
                label=member.called, required=False, choices=choices
            )

    def offered(self) -> list[tuple[date, str]]:
        spans = (
            (1, _("in a month")),
            (3, _("in three months")),
            (6, _("in half a year")),
            (12, _("in a year")),
        )
        return [(months_after(self.today, months), label) for months, label in spans]

    def no_day(self) -> str:
        return _("not again, unless somebody asks")

    def clean_on(self) -> date | None:
        return past_day(self.cleaned_data["on"], self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["names"] = self._names(cleaned)
        if cleaned.get("how") == Decision.How.COUNT and not self._wrong_numbers():
            cleaned["count"] = self._count(cleaned)
        return cleaned

    def _wrong_numbers(self) -> bool:
        return any(kind in self.errors for kind in KINDS)

    def _names(self, cleaned: dict[str, Any]) -> dict[Member, str]:
        if cleaned.get("named") != "names" or cleaned.get("how") != Decision.How.COUNT:
            return {}
        return {one: how for one in self.members if (how := cleaned.get(_field(one)))}

    def _count(self, cleaned: dict[str, Any]) -> Count | None:
        """The hands as they were counted; where only names were given, these are counted."""
        raised = list(cleaned["names"].values())
        for kind, how in KINDS.items():
            if cleaned.get(kind) is None:
                cleaned[kind] = raised.count(how)
            elif cleaned[kind] < raised.count(how):
                self.add_error(kind, _("There are more names than hands here."))
        count = Count(*(cleaned[kind] for kind in KINDS))
        if not count.hands:
            self.add_error("in_favour", _("How many hands? Where none was raised, it wasn’t counted."))
        elif count.beyond(self.could_vote) and not cleaned.get("guests"):
            self._ask_about_guests(count)
        return count

    def _ask_about_guests(self, count: Count) -> None:
        self.asks_guests = True
        said = _("%(hands)d hands, and %(members)d of us have a say here. Were guests counted?")
        self.add_error("guests", said % {"hands": count.hands, "members": self.could_vote})

    @property
    def shows_guests(self) -> bool:
        return self.asks_guests or bool(self["guests"].value())

    @property
    def numbers(self) -> list[BoundField]:
        return [self[kind] for kind in KINDS]

    @property
    def hands(self) -> list[BoundField]:
        return [self[_field(member)] for member in self.members]

    @property
    def written(self) -> dict[str, Any]:
        """What the act takes."""
        filled = self.cleaned_data
        return {
            "words": filled["words"],
            "how": filled["how"],
            "count": filled.get("count"),
            "guests_counted": bool(filled.get("guests")),
            "names": filled["names"],
            "review_on": filled["chosen"],
            "on": filled["on"],
        }


def _field(member: Member) -> str:
    return f"hand-{member.pk}"


def as_it_is(decision: Decision | None, hands: Iterable[Hand], today: date) -> dict[str, Any]:
    """What the form begins with: the decision as it is written down, or today's date."""
    if decision is None:
        return {"on": today}
    fields = {name: getattr(decision, name) for name in ("words", "how", *KINDS, "on")}
    if decision.review_on is None:
        fields["day"] = NO_DAY
    by_name = {_field(hand.member): hand.how for hand in hands}
    return {**fields, **by_name, "guests": decision.guests_counted, "named": "names" if by_name else ""}
