"""Tests of ties and the map."""
