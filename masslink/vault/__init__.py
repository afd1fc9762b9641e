"""The vault: a sealed ledger on disk and an open workspace in memory, and nothing about organizing.

Words: circle (a scope with a key), holder (anything that can open circles), grant (a circle's key sealed to one
holder), roster (who holds a circle, signed), record (one sealed row), act (the only way to write), workspace
(the records a holder may read, as an in-memory database), session (a holder who has unlocked).
"""
