"""To-dos: what somebody will do by when. A next step with a person, a task of a place or of all of us."""
