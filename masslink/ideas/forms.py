"""Forms about ideas. Nothing is cut off while typing: who writes too much is told, and keeps it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective.models import Member
from masslink.conversations.forms import Noted, Words
from masslink.ideas.acts import Becomes, BecomesQuestion, BecomesToDo
from masslink.ideas.models import Idea, IdeaAnswer, Telling
from masslink.sites.models import Site
from masslink.tasks.forms import ByWhen

US = "us"
MUST_HAVE = {"required": gettext_lazy("There is nothing written yet.")}


def telling_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("It may be told"),
        required=False,
        widget=forms.RadioSelect,
        choices=Telling.choices,
    )


def where_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Where it belongs"), required=False, widget=forms.RadioSelect)


def set_places(field: Any, sites: list[Site]) -> None:
    """All of us first, then the places one can open."""
    field.choices = [(US, _("our collective")), *((str(site.pk), site.name) for site in sites)]


class IdeaForm(forms.Form):
    """A new idea. Whose it is, where it isn't a member's: see Picking."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    words = Words(label=gettext_lazy("The idea, in their words"), error_messages=MUST_HAVE)
    member = forms.ModelChoiceField(
        Member.objects.none(),
        label=gettext_lazy("or one of us"),
        required=False,
        empty_label=gettext_lazy("my own"),
    )
    where = where_field()
    telling = telling_field()

    def __init__(self, *args: Any, me: Member, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me, self.sites = me, {str(site.pk): site for site in sites}
        others = Member.objects.filter(left_on=None).exclude(pk=me.pk)
        self.fields["member"].queryset = others  # type: ignore[attr-defined]
        set_places(self.fields["where"], sites)

    @property
    def site(self) -> Site | None:
        return self.sites.get(self.cleaned_data.get("where") or "")

    @property
    def whose(self) -> Member:
        found: Member = self.cleaned_data.get("member") or self.me
        return found


class EditIdeaForm(forms.Form):
    """Nearer to how it was said, and how it may be told."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = Words(label=gettext_lazy("The idea, in their words"), error_messages=MUST_HAVE)
    telling = telling_field()

    @staticmethod
    def as_it_is(idea: Idea) -> dict[str, Any]:
        return {name: getattr(idea, name) for name in ("words", "telling", "version")}


class AnswerIdeaForm(ByWhen):
    """What becomes of an idea. Taken up, it can become a to-do (`what`, `member`, a day) or a question at once."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        widget=forms.RadioSelect,
        choices=IdeaAnswer.What.choices,
        error_messages={"required": gettext_lazy("One of these, please.")},
    )
    words = Words(label=gettext_lazy("In words"), required=False, rows=3)
    member = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Who does it"), required=False, empty_label=None
    )
    question = forms.CharField(
        label=gettext_lazy("The question, in one sentence"),
        max_length=240,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    of_all = forms.BooleanField(label=gettext_lazy("All of our collective decides it"), required=False)
    also = forms.BooleanField(
        label=gettext_lazy("Those that were drawn together with it get the same answer"), required=False
    )

    nothing = ""

    def __init__(self, *args: Any, members: list[Member], me: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.me = me
        self.fields["what"].label = _("What somebody does")
        self.fields["member"].queryset = Member.objects.filter(pk__in=[one.pk for one in members])  # type: ignore[attr-defined]
        self.fields["member"].initial = me.pk
        self.fields["question"].widget.attrs.pop("maxlength", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answer, words = cleaned.get("answer"), cleaned.get("words")
        if answer == IdeaAnswer.What.NOT_NOW and not words:
            self.add_error("words", _("Say why not now: whoever raised it will ask."))
        elif answer == IdeaAnswer.What.TRIED and not words:
            self.add_error("words", _("Say what came of it."))
        both = [name for name in ("what", "question") if cleaned.get(name)]
        if len(both) > 1:
            self.add_error("question", _("One of the two. The other can follow with another answer."))
        elif both and answer and answer != IdeaAnswer.What.TAKEN_UP:
            text = _("Only what is taken up becomes a to-do or a question. Tap “taken up”, or empty this.")
            self.add_error(both[0], text)
        return cleaned

    @property
    def becomes(self) -> Becomes:
        """Only what is taken up becomes something."""
        cleaned = self.cleaned_data
        if cleaned["answer"] != IdeaAnswer.What.TAKEN_UP:
            return None
        if cleaned["what"]:
            return BecomesToDo(cleaned["what"], cleaned["member"] or self.me, cleaned["due"])
        if question := " ".join(cleaned["question"].split()):
            return BecomesQuestion(question, of_all=cleaned["of_all"])
        return None

    @property
    def to_do_open(self) -> bool:
        return bool(self["what"].value() or self["what"].errors or self["day"].errors)

    @property
    def question_open(self) -> bool:
        return bool(self["question"].value() or self["question"].errors)


class CarryForm(Noted):
    """Somebody told them: when, and what they said to it."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    said = Words(label=gettext_lazy("What they said to it"), required=False, rows=3)
