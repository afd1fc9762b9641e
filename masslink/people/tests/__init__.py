"""Tests of people: depth, freshness, links."""
