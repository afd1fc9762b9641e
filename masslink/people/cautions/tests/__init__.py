"""Tests of cautions."""
