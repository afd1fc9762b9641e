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
    for p, n in [
        ("lists", "lists"),
        ("lists/bring-in", "import-new"),
        ("lists/take-out", "export"),
        ("lists/<uuid:import_id>", "import"),
    ]
]
# PENDING-END
