"""The bare twin: the same rows in a plain Django project, as one writes it first. No room of Masslink is used here."""
