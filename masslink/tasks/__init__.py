"""To-dos: what somebody will do by when. A next step with a person, or a task of the place or the collective."""
