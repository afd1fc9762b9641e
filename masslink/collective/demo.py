"""The demo collective: its name and its eight members, with the day they joined, counted back from today."""

from __future__ import annotations

from dataclasses import dataclass

SPACE = "The Long Table"


@dataclass(frozen=True)
class DemoMember:
    name: str
    role: str
    joined: int


MEMBERS = (
    DemoMember("Ana", "coordinator", 182),
    DemoMember("Ben", "member", 182),
    DemoMember("Ines", "coordinator", 182),
    DemoMember("Dee", "member", 180),
    DemoMember("Mira", "member", 178),
    DemoMember("Tomás", "member", 175),
    DemoMember("Joris", "member", 152),
    DemoMember("Noor", "member", 128),
)
