"""What every room stands on and no room owns: the clock, padding, pages. No word of the domain lives here."""
