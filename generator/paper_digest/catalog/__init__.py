"""Text in, Catalog or Problems out: source, records, located, checks, catalog."""
