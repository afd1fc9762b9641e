"""Places: workplaces and neighbourhoods, with their units and shifts, and how many people work or live there.

Words: *site* (on pages: place), *unit* (department, building), *shift*, *head count* (how many there are, known or
not). Each site has its own circle: who holds it works there.
"""
