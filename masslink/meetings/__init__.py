"""Meetings outside work: what we talk about in which order, what is written down meanwhile, and its adoption.

A meeting has a gathering: when, where, who is there and who chairs is known below. An *agenda* is made of *items*, from
what waits and from templates; *minutes* are what was written under them, one *minute* a note. At the next meeting they
are *adopted*; from then on nothing in them is changed, and a correction stands as its own note.
"""
