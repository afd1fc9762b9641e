"""What we decide together: questions, positions, what was tried, decisions, reservations, reviews.

A question lies in the collective's circle, or in that of one place; what a place is, this room doesn't know. Open, it
gathers positions in their holders' words, and answers before any figure is shown. Decided, it keeps reservations and
objections beside the result, and says when to look at it again.
"""
