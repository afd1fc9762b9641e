"""Addresses of this room's pages."""

from typing import Any

urlpatterns: list[Any] = []
