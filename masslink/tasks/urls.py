"""Addresses of this room's pages."""

from django.urls import path

from masslink.tasks import duty_views, turn_views, views

urlpatterns = [
    path("to-dos", views.to_dos, name="to-dos"),
    path("to-dos/new", views.new, name="todo-new"),
    path("to-dos/<uuid:todo_id>", views.to_do, name="todo"),
    path("to-dos/<uuid:todo_id>/done", views.done, name="todo-done"),
    path("to-dos/<uuid:todo_id>/move", views.move, name="todo-move"),
    path("to-dos/<uuid:todo_id>/let-go", views.let_go, name="todo-let-go"),
    path("gatherings/duties", duty_views.duties, name="duties"),
    path("gatherings/duties/new", duty_views.new, name="duty-new"),
    path("gatherings/duties/plan", duty_views.plan, name="duties-plan"),
    path("gatherings/duties/sheet", duty_views.sheet, name="duties-sheet"),
    path("gatherings/duties/<uuid:duty_id>", duty_views.duty, name="duty"),
    path("gatherings/duties/<uuid:duty_id>/edit", duty_views.edit, name="duty-edit"),
    path("gatherings/duties/<uuid:duty_id>/unloved", duty_views.unloved, name="duty-unloved"),
    path("gatherings/duties/<uuid:duty_id>/retire", duty_views.retire, name="duty-retire"),
    path("gatherings/duties/<uuid:duty_id>/cant", duty_views.cant, name="duty-cant"),
    path("gatherings/duties/<uuid:duty_id>/day", duty_views.add_day, name="duty-day"),
    path("gatherings/duties/<uuid:duty_id>/done", duty_views.done, name="duty-done"),
    path("gatherings/duties/turns/<uuid:turn_id>", turn_views.turn, name="turn"),
    path("gatherings/duties/turns/<uuid:turn_id>/done", turn_views.done, name="turn-done"),
    path("gatherings/duties/turns/<uuid:turn_id>/take", turn_views.take, name="turn-take"),
    path("gatherings/duties/turns/<uuid:turn_id>/cant", turn_views.cant, name="turn-cant"),
    path("gatherings/duties/turns/<uuid:turn_id>/swap", turn_views.swap, name="turn-swap"),
    path("gatherings/duties/turns/<uuid:turn_id>/drop", turn_views.drop, name="turn-drop"),
]
