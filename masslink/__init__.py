"""Masslink: a small web application with which a collective organizes. Start with ARCHITECTURE.md."""

__version__ = "0.1.0"
