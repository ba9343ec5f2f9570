"""Titles, abstracts and what people write: which signs and letters, how they are compared, escaped and shown."""
