"""Tests of where people stand."""
