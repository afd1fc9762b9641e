"""Every address, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"masslink.{room}.urls"))
    for room in ("desk", "collective", "sites", "people", "tasks", "conversations", "exchange")
]

handler400 = "masslink.desk.errors.too_much"
handler403 = "masslink.desk.errors.refused"
handler404 = "masslink.desk.errors.not_found"
handler500 = "masslink.desk.errors.broken"

# PENDING-START (removed once every room has its pages)
from django.http import HttpResponse
from masslink.core.pages import NOBODY, page


@page(NOBODY)
def pending(request, **kwargs):
    return HttpResponse("pending")


urlpatterns += [
    path(p, pending, name=n)
    for p, n in [("", "today"), ("people", "people"), ("people/find", "people-find"), ("people/new", "person-new"), ("people/<uuid:person_id>", "person"), ("places", "places"), ("places/new", "site-new"), ("places/<uuid:site_id>", "place"), ("us", "us"), ("us/members", "members"), ("us/history", "history"), ("us/undo/<uuid:act_id>", "undo"), ("us/protected", "protected"), ("unlock", "unlock"), ("lock", "lock"), ("found", "found"), ("hide", "hide"), ("talked", "talked"), ("happened", "happened"), ("to-dos/new", "todo-new"), ("to-dos/<uuid:todo_id>", "todo"), ("lists", "lists"), ("lists/bring-in", "import-new"), ("lists/take-out", "export"), ("lists/<uuid:import_id>", "import")]
] + [path(f"people/<uuid:person_id>/{n}", pending, name=f"person-{n}") for n in ("edit", "left", "delete", "take-on", "hand-on", "evidence")] + [path(f"places/<uuid:site_id>/{n}", pending, name=f"site-{n}") for n in ("edit", "units", "access")] + [path("places/<uuid:site_id>/names", pending, name="names")] + [path(f"to-dos/<uuid:todo_id>/{n}", pending, name=f"todo-{n}") for n in ("done", "move", "let-go")]
# PENDING-END
