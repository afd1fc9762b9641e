"""The recovery kit's pages: making it with two keepers, vouching, checking a sheet, retiring it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.acts import NotNow
from masslink.collective.doors import Request, flash
from masslink.collective.forms import PLAIN, TypedBackForm, tidy_words
from masslink.collective.models import Kit, Member
from masslink.collective.sheets import A4, LETTER, kit_notes, qr_svg, sheet_pdf
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.vault import kits
from masslink.vault.holders import OtherKeys, WrongWords
from masslink.vault.kits import Sheet
from masslink.vault.sessions import TooManyTries, sessions
from masslink.vault.workspace import current

GUARD = " kit"  # a name for the guard that no login can have


class SheetForm(forms.Form):
    """The words of a sheet, typed from paper."""

    sheet = forms.CharField(
        label=gettext_lazy("The twelve words on the sheet"),
        max_length=400,
        help_text=gettext_lazy("Capitals, spaces and hyphens don't matter. They are checked and not kept."),
        widget=forms.Textarea(attrs={**PLAIN, "rows": 3}),
    )

    def clean_sheet(self) -> str:
        return tidy_words(self.cleaned_data["sheet"])


@dataclass(frozen=True)
class State:
    """Where the kit stands: what is made, who vouches, what it opens of what is at hand."""

    kit: Kit
    vouching: list[Member]
    lacking: int
    opens: bool  # already; also where one who vouched has new keys since, or is gone

    @property
    def complete(self) -> bool:
        return self.kit.halves is not None

    @property
    def confirmed(self) -> bool:
        return len(self.vouching) >= kits.VOUCHERS

    @property
    def missing_vouchers(self) -> int:
        return kits.VOUCHERS - len(self.vouching)


def kit_state() -> State | None:
    """The kit in use or in the making; None where there is none."""
    kit = Kit.objects.filter(retired_on=None).select_related("first_keeper", "second_keeper").first()
    if kit is None:
        return None
    halves = kit.halves
    signed = kits.vouched(*halves, kit.signatures) if halves else set()
    vouching = list(Member.objects.filter(holder__in=signed, left_on=None))
    opens = kit.first_half in current().circles[current().collective_circle].kits
    return State(kit, vouching, len(kits.lacking_kit(current(), kit.first_half)), opens)


@page(MEMBER)
def kit(request: Request) -> HttpResponse:
    """What the kit is, how far it is, and the next step."""
    state = kit_state()
    if request.method == "POST":
        return _begin(request, state)
    context: dict[str, Any] = {"state": state, "retired": Kit.objects.exclude(retired_on=None).first()}
    context["held"] = _held(request)
    if state:
        context |= {
            "i_keep": state.kit.is_kept_by(request.member),
            "i_vouch": request.member in state.vouching,
        }
    return render(request, "collective/kit.html", context)


def _begin(request: Request, state: State | None) -> HttpResponse:
    """Make the first half, or the second one; its words are shown on the next page."""
    try:
        made, words = acts.make_half(by=request.member, at=request.now, kit=state.kit if state else None)
    except NotNow:
        flash(
            request,
            _("Not made: somebody else keeps that sheet already, or you keep the other."),
            kind="error",
        )
        return go("kit")
    assert request.session_open
    number = 2 if made.second_half else 1
    request.session_open.sheet = Sheet(made.pk, number, words)
    return go("kit-sheet")


# --- the sheet -----------------------------------------------------------------------------------


@page(MEMBER)
def sheet(request: Request) -> HttpResponse:
    """The words of one's half until they stand on paper: two of them typed back, and they are shown no more."""
    held = _held(request)
    if held is None:
        return go("kit")
    form = TypedBackForm(request.POST or None, asked=held.asked)
    wrong = False
    if request.method == "POST" and form.is_valid():
        if held.typed_back(form.cleaned_data["first"], form.cleaned_data["second"]):
            assert request.session_open
            request.session_open.sheet = None
            flash(
                request,
                _("Sheet %(number)d is on paper. Nobody can show it again.") % {"number": held.number},
            )
            return go("kit")
        wrong = True
    context = {"held": held, "form": form, "wrong": wrong, "qr": qr_svg(held.words), "notes": _notes(held)}
    return render(request, "collective/kit_sheet.html", context, status=422 if form.is_bound else 200)


def _held(request: Request) -> Sheet | None:
    """The sheet that waits to be written down in this browser; not of a kit that was given up meanwhile."""
    held = request.session_open.sheet if request.session_open else None
    if held and Kit.objects.filter(pk=held.kit, retired_on=None).exists():
        return held
    return None


def _notes(held: Sheet) -> Any:
    return kit_notes(number=held.number)


@page(MEMBER, methods=("GET",))
def sheet_file(request: Request) -> HttpResponse:
    """The same as a PDF, for a printer."""
    held = _held(request)
    if held is None:
        return go("kit")
    pdf = sheet_pdf(
        title=_("Recovery kit, sheet %(number)d of 2") % {"number": held.number},
        lines=[],
        words=held.words.split(),
        qr_text=held.words,
        date=request.today,
        notes=_notes(held),
        paper=LETTER if request.GET.get("paper") == "letter" else A4,
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="sheet.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return response


# --- vouching and checking -----------------------------------------------------------------------


@page(MEMBER)
def vouch(request: Request, kit_id: UUID) -> HttpResponse:
    """Sign for the kit; a keeper types their sheet first, which shows that this half is theirs."""
    chosen = fetch(Kit, pk=kit_id)
    keeper = chosen.is_kept_by(request.member)
    form = SheetForm(request.POST or None) if keeper else None
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        problem = _sheet_problem(request, chosen, form.cleaned_data["sheet"]) if form else ""
        problem = problem or _vouch(request, chosen)
        if not problem:
            return go("kit")
    context = {"kit": chosen, "form": form, "problem": problem}
    return render(request, "collective/kit_vouch.html", context, status=422 if problem else 200)


def _sheet_problem(request: Request, chosen: Kit, words: str) -> str:
    """What speaks against this sheet being the one that this member keeps."""
    try:
        number = which_sheet(chosen, words)
    except TooManyTries as error:
        return _("That was tried many times. Wait %(seconds)d seconds.") % {"seconds": error.seconds}
    mine = 1 if chosen.first_keeper_id == request.member.pk else 2
    if number == mine:
        return ""
    if number:
        return _("This is the other keeper's sheet. It must not be with you.")
    return _("These words belong to no sheet of this kit. Look for a slip; if there is none, make a new kit.")


def which_sheet(chosen: Kit, words: str) -> int:
    """1 or 2 for a sheet of this kit, else 0. Raises TooManyTries."""
    sessions.guard.ask(GUARD)
    try:
        half, _keys = kits.find(words)
    except WrongWords:
        sessions.guard.failed(GUARD)
        return 0
    sessions.guard.passed(GUARD)
    return [None, chosen.first_half, chosen.second_half].index(half.pk) if _of(chosen, half.pk) else 0


def _of(chosen: Kit, half: UUID) -> bool:
    return half in (chosen.first_half, chosen.second_half)


def _vouch(request: Request, chosen: Kit) -> str:
    try:
        acts.vouch_for_kit(by=request.member, at=request.now, kit=chosen)
    except NotNow:
        return _("Nothing to sign: the kit isn't complete, was given up, or you signed already.")
    except OtherKeys:
        return _(
            "The server names other keys for this kit than its keepers made. Somebody changed them. "
            "Nothing was signed; make a new kit, and look who had access to the server."
        )
    flash(request, _("Signed. You vouch for this kit."))
    return ""


@page(MEMBER)
def check(request: Request) -> HttpResponse:
    """Rehearse: say which sheet these words are, and nothing else. Nothing of them is shown or kept."""
    form, state = SheetForm(request.POST or None), kit_state()
    problem, number = "", 0
    if request.method == "POST" and form.is_valid():
        try:
            number = which_sheet(state.kit, form.cleaned_data["sheet"]) if state else 0
            problem = "" if number else _("These words belong to no sheet of the kit in use.")
        except TooManyTries as error:
            problem = _("That was tried many times. Wait %(seconds)d seconds.") % {"seconds": error.seconds}
        form = SheetForm()
    context = {"form": form, "state": state, "problem": problem, "number": number}
    return render(request, "collective/kit_check.html", context, status=422 if problem else 200)


@page(MEMBER, methods=("POST",))
def retire(request: Request, kit_id: UUID) -> HttpResponse:
    """Give a kit up: a keeper, or a coordinator, when a sheet was lost or seen."""
    chosen = fetch(Kit, pk=kit_id)
    if not (chosen.is_kept_by(request.member) or request.member.is_coordinator):
        flash(request, _("Keepers and coordinators give a kit up. Ask one of them."), kind="error")
        return go("kit")
    if chosen.retired_on is None:
        acts.retire_kit(by=request.member, at=request.now, kit=chosen)
        flash(request, _("The kit is given up: its sheets open nothing new. Burn them, and make another."))
    return go("kit")
