"""Tests of pairs and the planner."""
