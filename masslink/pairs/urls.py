"""Addresses of this room's pages."""

from django.urls import path

from masslink.pairs import plan_views, ready_views, sitting_views, views

urlpatterns = [
    path("places/<uuid:site_id>/pairs", views.pairs, name="pairs"),
    path("places/<uuid:site_id>/pairs/new", views.new, name="pair-new"),
    path("pairs/<uuid:pair_id>", views.pair, name="pair"),
    path("pairs/<uuid:pair_id>/edit", views.edit, name="pair-edit"),
    path("pairs/<uuid:pair_id>/end", views.end, name="pair-end"),
    path("pairs/<uuid:pair_id>/sit", sitting_views.sit, name="pair-sit"),
    path("pairs/<uuid:pair_id>/sheet", sitting_views.sheet, name="pair-sheet"),
    path("pairs/<uuid:pair_id>/notes", sitting_views.note, name="pair-note"),
    path("sittings/<uuid:sitting_id>/edit", sitting_views.edit_sitting, name="sitting-edit"),
    path("us/readiness", ready_views.readiness, name="readiness"),
    path("us/plan", plan_views.plan, name="plan"),
    path("us/plan/wishes", ready_views.wishes, name="plan-wishes"),
    path("us/plan/<uuid:plan_id>", plan_views.draft, name="plan-draft"),
    path("us/plan/<uuid:plan_id>/change", plan_views.change, name="plan-change"),
    path("us/plan/<uuid:plan_id>/discard", plan_views.discard, name="plan-discard"),
    path("us/plan/<uuid:plan_id>/adopt", plan_views.adopt, name="plan-adopt"),
]
