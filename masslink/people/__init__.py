"""People: the co-workers and neighbours the collective is in touch with.

Words: *person* (a mass contact), *link* (the relation with a person: how deep, how fresh, through whom; a
member took them on, with a rhythm and an aim), *deed* (one dated thing a person did). Depth and freshness are
calculated in `links.py`, from deeds and dates alone.
"""
