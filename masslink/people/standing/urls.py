"""Addresses of the pages on where people stand."""

from django.urls import path

from masslink.people.standing import one_person, saying, views

urlpatterns = [
    path("places/<uuid:site_id>/standing", views.standing, name="standing"),
    path("places/<uuid:site_id>/standing/ask", views.new_question, name="stand-question-new"),
    path("places/<uuid:site_id>/standing/<uuid:stand_question_id>", saying.say, name="standing-say"),
    path(
        "places/<uuid:site_id>/standing/<uuid:stand_question_id>/edit", views.question, name="stand-question"
    ),
    path("people/<uuid:person_id>/standing", one_person.person_standing, name="person-standing"),
    path("people/<uuid:person_id>/standing/<uuid:difference_id>", one_person.difference, name="difference"),
]
