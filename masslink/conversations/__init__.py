"""Conversations: what is noted after a talk, and after something happened.

Words: a *talk* is a deed of its person (kind `talked`, `short` or `tried`) with its words; an *observation*
is a short note of something that happened: what, who stood up, why we think so, what follows.
"""
