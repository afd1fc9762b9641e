from django.contrib.auth.views import LoginView
from django.urls import path

from bench.bare import views

urlpatterns = [
    path("login", LoginView.as_view(template_name="bare/login.html"), name="login"),
    path("", views.people, name="people"),
    path("charts/<int:pk>", views.chart, name="chart"),
    path("maps/<int:pk>", views.ties, name="ties"),
    path("calendar", views.calendar, name="calendar"),
    path("feed/<str:token>", views.feed, name="feed"),
    path("agendas/<int:pk>", views.agenda, name="agenda"),
    path("people/<int:pk>", views.person, name="person"),
]
