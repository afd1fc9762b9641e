"""Pairs: nobody works alone. Two members work a place, units, shifts or persons together, for a while.

Words: *pair*, *what they work* (a place, a unit, a shift, a person), *sitting down* (the two met and went through
their people), *plan* (a proposal of pairs, calculated in `planner.py`, changed by hand, adopted by an act that gives
the access).
"""
