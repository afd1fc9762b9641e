"""Addresses of pages about cautions, each below one person's."""

from django.urls import path

from masslink.people.cautions import views

urlpatterns = [
    path("people/<uuid:person_id>/caution", views.new, name="caution-new"),
    path("people/<uuid:person_id>/caution/<uuid:caution_id>/renew", views.renew, name="caution-renew"),
    path("people/<uuid:person_id>/caution/<uuid:caution_id>/confirm", views.confirm, name="caution-confirm"),
    path("people/<uuid:person_id>/caution/<uuid:caution_id>/back", views.back, name="caution-back"),
]
