"""Every address, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include(f"masslink.{room}.urls"))
    for room in (
        "desk",
        "collective",
        "decisions",
        "sites",
        "people",
        "tasks",
        "conversations",
        "gatherings",
        "ideas",
        "pairs",
        "meetings",
        "exchange",
    )
]

handler400 = "masslink.desk.errors.too_much"
handler403 = "masslink.desk.errors.refused"
handler404 = "masslink.desk.errors.not_found"
handler500 = "masslink.desk.errors.broken"
