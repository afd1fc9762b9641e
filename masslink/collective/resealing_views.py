"""The page on which what lies under an older key is put under the newest, while somebody looks on."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from masslink.collective.doors import flash
from masslink.core.pages import MEMBER, go, page
from masslink.vault import inventory, resealing
from masslink.vault.workspace import current

STEP_SECONDS = 0.3
COUNTED_AGAIN_AFTER = 600  # seconds


@page(MEMBER)
def in_use(request: Any) -> HttpResponse:
    """What it is about; each post is a step, posted by the page itself or by its button."""
    workspace = current()
    if request.method == "GET":
        left = resealing.remaining(workspace)
        keep_count(left, request.now)
        context = {"left": left, "done": 0, "total": max(left, 1), "stuck": is_stuck()}
        return render(request, "collective/resealing.html", context)
    if is_stuck():
        return HttpResponseClientRedirect(reverse("resealing")) if request.htmx else go("resealing")
    done, total = resealing.go_on(workspace, STEP_SECONDS)
    keep_count(max(total - done, 0), request.now)
    if done == total:
        flash(request, _("Done: what you can open lies under the newest keys."))
    elif request.htmx:
        return render(request, "collective/resealing_work.html", {"done": done, "total": total})
    return HttpResponseClientRedirect(reverse("resealing")) if request.htmx else go("resealing")


def is_stuck() -> bool:
    """Whether nobody can tell any more what lay under the old keys: then they are kept, and nothing goes on."""
    workspace = current()
    found = resealing.behind(workspace)
    if not found or any(inventory.is_there(workspace.collective, circle) for circle in found):
        return False
    return bool(resealing.behind(workspace))  # somebody may have finished it between these two looks


def old_key_count(at: datetime) -> int:
    """How many records still lie under older keys; counted now and then only, for it takes a moment."""
    workspace = current()
    if not resealing.behind(workspace):
        return 0
    known = workspace.kept.get("old keys")
    if known is None or (at - known[1]).total_seconds() > COUNTED_AGAIN_AFTER:
        return keep_count(resealing.remaining(workspace), at)
    found: int = known[0]
    return found


def keep_count(left: int, at: datetime) -> int:
    current().kept["old keys"] = (left, at)
    return left
