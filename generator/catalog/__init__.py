"""Text in, Catalog or Problems out: source, models, load, checks."""
