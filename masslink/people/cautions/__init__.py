"""Cautions: a person informed on a co-worker, as somebody of us saw or heard at first hand.

A second member confirms it; it says what may safely be said to them, is seen where the place is seen and nowhere
else, and is shredded after six months unless there is new evidence. No page lists the cautioned, no export has them.
"""
