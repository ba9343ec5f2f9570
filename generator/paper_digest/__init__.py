"""Turns a catalog of papers, kept as YAML or JSON, into pages, feeds and email."""

__version__ = "0.1.0"
