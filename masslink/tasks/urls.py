"""Addresses of this room's pages."""

from django.urls import path

from masslink.tasks import views

urlpatterns = [
    path("to-dos", views.to_dos, name="to-dos"),
    path("to-dos/new", views.new, name="todo-new"),
    path("to-dos/<uuid:todo_id>", views.to_do, name="todo"),
    path("to-dos/<uuid:todo_id>/done", views.done, name="todo-done"),
    path("to-dos/<uuid:todo_id>/move", views.move, name="todo-move"),
    path("to-dos/<uuid:todo_id>/let-go", views.let_go, name="todo-let-go"),
]
