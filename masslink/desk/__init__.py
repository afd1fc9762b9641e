"""The desk: pages that mix rooms. Today, People, a person, a place, Us, search. No models, no acts of its own."""
