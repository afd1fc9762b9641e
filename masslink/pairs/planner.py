"""Which pairs for which work: a plain calculation with HiGHS, free of Django."""
