"""Cautions: a person informed on a co-worker, as somebody of us saw or heard at first hand.

A second member confirms it from their own knowledge; it says what may safely be said to them, is seen where the place
is seen and nowhere else, and is shredded six months after what was seen. No page lists the cautioned, no file that
leaves us has them.
"""
