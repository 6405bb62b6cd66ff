"""Forms of the case room: they read what was typed, services decide."""
