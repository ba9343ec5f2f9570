"""Messy input in, paper files out; each importer says what it repaired and what it was unsure of."""
