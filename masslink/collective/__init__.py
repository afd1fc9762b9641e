"""The collective: its members, its founding, coming in and locking, and what was done here.

Words: *member* (someone with an account), *coordinator* (a member who may also invite, remove and open
places; never a right to read more).
"""
