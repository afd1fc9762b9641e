"""Where people stand: each member's own view of a person, on a question of the place, before they see any other's.

Words: *question* (what is asked of everybody's view at a place: "the union"), *assessment* (one member's view of one
person on one question, 1 leads to 5 opposed, 0 not yet), *difference* (two members differ by two or more, until they
have talked), *tally* (how many stood where in a month: numbers that outlive the assessments). Nothing automatic
writes an assessment, and nobody is ranked by one.
"""
