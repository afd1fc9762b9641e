"""The rows of a list that need a word: who waits, who was known, what was wrong."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masslink.collective.doors import flash
from masslink.core.pages import MEMBER, as_id, fetch, go, number, page
from masslink.exchange import acts, panels
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.problems import problems_of, sentences
from masslink.exchange.rows import problems_csv
from masslink.exchange.views import attachment
from masslink.people.models import Person
from masslink.vault.act import Conflict

ON_A_PAGE, PROBLEMS_ON_A_PAGE = 20, 50
State = ImportRow.State


@page(MEMBER, carries=True)
def waiting(request: Any, import_id: UUID) -> HttpResponse:
    """Is it the same person? One row after the other, or all of a page at once."""
    one = fetch(Import.objects.select_related("site"), pk=import_id)
    if request.method == "POST":
        return _settle(request, one, "import-waiting")
    rows = ImportRow.objects.filter(source=one.pk, state=State.WAITING)
    return render(request, "exchange/waiting.html", _page_of(one, rows, "import-waiting", request))


@page(MEMBER, carries=True)
def known(request: Any, import_id: UUID) -> HttpResponse:
    """Who was known already; first those about whom the list says something new."""
    one = fetch(Import.objects.select_related("site"), pk=import_id)
    if request.method == "POST":
        return _settle(request, one, "import-known")
    rows = ImportRow.objects.filter(source=one.pk, state__in=[State.KNOWN, State.MERGED])
    unreachable = Person.objects.filter(reach=Person.Reach.NOT_AT_ALL).values("pk")
    silent = rows.filter(person__in=unreachable).count()
    rows = rows.exclude(person__in=unreachable).order_by("-offers", "number")
    context = {**_page_of(one, rows, "import-known", request), "silent": silent}
    return render(request, "exchange/known.html", context)


def _page_of(one: Import, rows: Any, name: str, request: Any) -> dict[str, Any]:
    at = number(request.GET.get("page"))
    found = list(rows[(at - 1) * ON_A_PAGE : at * ON_A_PAGE + 1])
    base = reverse(name, args=[one.pk])
    pairs = panels.pairs(one, found[:ON_A_PAGE])
    return {
        "one": one,
        "pairs": pairs,
        "offers": any(pair.new for pair in pairs),
        "erased": [pair for pair in pairs if pair.row.is_erased],
        "others": [pair for pair in pairs if not pair.row.is_erased],
        "previous_url": f"{base}?page={at - 1}" if at > 1 else "",
        "next_url": f"{base}?page={at + 1}" if len(found) > ON_A_PAGE else "",
    }


def _settle(request: Any, one: Import, back: str) -> HttpResponse:
    """`same` or `other` hold one row's id; `all` says which of both for all that were shown."""
    posted = request.POST
    if "out" in posted or posted.get("all") == "out":
        return _leave_out(request, one, back)
    answer = posted.get("all") or ("same" if "same" in posted else "other")
    ids = posted.getlist("shown") if "all" in posted else [posted.get("same") or posted.get("other")]
    rows = [id for text in ids if (id := as_id(text))]
    try:
        done = acts.settle(by=request.member, at=request.now, id=one.pk, rows=rows, same=answer == "same")
    except Conflict:
        flash(
            request,
            _("Somebody else answered at the same moment. Nothing was changed; press again."),
            kind="error",
        )
    else:
        flash(request, _answered(done))
    return _on(one, back)


def _on(one: Import, back: str) -> HttpResponse:
    left = ImportRow.objects.filter(source=one.pk, state=State.WAITING).exists()
    return go(back if left or back != "import-waiting" else "import", one.pk)


def _leave_out(request: Any, one: Import, back: str) -> HttpResponse:
    """Whoever asked to be erased isn't brought in again: the usual answer."""
    ids = request.POST.getlist("erased") if "all" in request.POST else [request.POST["out"]]
    rows = [id for text in ids if (id := as_id(text))]
    try:
        out = acts.leave_out(by=request.member, at=request.now, id=one.pk, rows=rows)
    except Conflict:
        flash(request, _("Somebody else answered at the same moment. Press again."), kind="error")
    else:
        said = ngettext("%(n)d left out, and shredded here.", "%(n)d left out, and shredded here.", out)
        flash(request, said % {"n": out} if out else _("That was answered already."))
    return _on(one, back)


def _answered(done: dict[str, int]) -> str:
    said = [
        (done.get("filled", 0), ngettext("%(n)d filled in", "%(n)d filled in", done.get("filled", 0))),
        (done.get("added", 0), ngettext("%(n)d added", "%(n)d added", done.get("added", 0))),
        (done.get("known", 0), ngettext("%(n)d known already", "%(n)d known already", done.get("known", 0))),
    ]
    text = ", ".join(text % {"n": n} for n, text in said if n)
    return text[:1].upper() + text[1:] + "." if text else _("That was answered already.")


# --- what was wrong --------------------------------------------------------------------------------


@page(MEMBER, methods=("GET",))
def problems(request: Any, import_id: UUID) -> HttpResponse:
    one = fetch(Import.objects.select_related("site"), pk=import_id)
    at = number(request.GET.get("page"))
    wrong = ImportRow.objects.filter(source=one.pk, wrong__gt=0)
    found = list(wrong[(at - 1) * PROBLEMS_ON_A_PAGE : at * PROBLEMS_ON_A_PAGE + 1])
    base = reverse("import-problems", args=[one.pk])
    context = {
        "one": one,
        "rows": [(row, sentences(row)) for row in found[:PROBLEMS_ON_A_PAGE]],
        "previous_url": f"{base}?page={at - 1}" if at > 1 else "",
        "next_url": f"{base}?page={at + 1}" if len(found) > PROBLEMS_ON_A_PAGE else "",
    }
    return render(request, "exchange/problems.html", context)


@page(MEMBER, methods=("GET",))
def problems_file(request: Any, import_id: UUID) -> HttpResponse:
    one = fetch(Import, pk=import_id)
    wrong = ImportRow.objects.filter(source=one.pk, wrong__gt=0)
    return attachment(problems_csv(problems_of(wrong), _), "text/csv; charset=utf-8", "rows.csv")
