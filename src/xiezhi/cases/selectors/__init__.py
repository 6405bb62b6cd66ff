"""Reads of the case room. Every one starts from what the actor may see."""
