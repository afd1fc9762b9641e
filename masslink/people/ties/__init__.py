"""Ties between persons of one place: who works beside, befriends, is kin to, influences whom.

Asked for only where it helps somebody be introduced. The map shows who is unreached, and the shortest way to them
through people who trust us; it ranks nobody.
"""
