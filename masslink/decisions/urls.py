"""Addresses of this room's pages. The list, a question's own page and a new one are desk's, which knows the places."""

from django.urls import path

from masslink.decisions import deciding_views, views

urlpatterns = [
    path("us/questions/<uuid:question_id>/edit", views.edit, name="question-edit"),
    path("us/questions/<uuid:question_id>/position", views.position, name="question-position"),
    path("us/questions/<uuid:question_id>/tried", views.tried, name="question-tried"),
    path("us/questions/tried/<uuid:trial_id>", views.trial_edit, name="trial-edit"),
    path("us/questions/<uuid:question_id>/answer", views.answer, name="question-answer"),
    path("us/questions/<uuid:question_id>/close", views.close_answers, name="question-close"),
    path("us/questions/<uuid:question_id>/decide", deciding_views.decide, name="question-decide"),
    path("us/questions/<uuid:question_id>/reserve", deciding_views.reserve, name="question-reserve"),
    path(
        "us/questions/reservations/<uuid:reservation_id>/lift", deciding_views.lift, name="reservation-lift"
    ),
    path("us/questions/<uuid:question_id>/review", deciding_views.review, name="question-review"),
    path("us/questions/<uuid:question_id>/withdraw", deciding_views.withdraw, name="question-withdraw"),
]
