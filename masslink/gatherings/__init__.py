"""Gatherings: people coming together outside work. What meeting, study session, event and action share.

When and where, how to get there, who does what, who asks whom, who said yes, who came; only this room knows
attendance. A *series* repeats; its gatherings are written down some months ahead. To *ask* is to invite one person.
"""
