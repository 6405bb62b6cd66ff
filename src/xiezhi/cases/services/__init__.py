"""The use cases of the case room, by topic."""
