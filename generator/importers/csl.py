"""References in CSL-JSON, as Zotero and the registries of DOIs give them.

The format: https://docs.citationstyles.org/en/stable/specification.html
"""

from __future__ import annotations

import json

from generator.catalog.models import Author, PartialDate
from generator.importers import found
from generator.importers.found import Found, Say, SourceFailed, dig

_NAME = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")


def read(text: str, name: str, say: Say = found.nothing) -> list[Found]:
    """The papers of a file that is called `name`; `say` is told of entries that are none.

    Raises SourceFailed when the file is no JSON.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceFailed(f"{name} is no JSON: export it again, as CSL-JSON") from None
    papers = []
    for number, entry in enumerate(_entries(said), start=1):
        source = f"entry {number} of {name}"
        if paper := _paper(entry, source):
            papers.append(paper)
        else:
            say(f"{source} has no title; it was passed over")
    return papers


def _entries(said: object) -> list[object]:
    """The entries of a list, also of one under `items`, or the only entry."""
    return found.items(said) or found.items(dig(said, "items")) or ([said] if isinstance(said, dict) else [])


def _paper(said: object, source: str) -> Found | None:
    return found.reference(
        source,
        title=_first(dig(said, "title")),
        authors=found.authors(map(_author, found.items(dig(said, "author")))),
        abstract=dig(said, "abstract"),
        venue_name=_first(dig(said, "container-title")),
        issued=_issued(said),
        doi_of=dig(said, "DOI"),
        urls=[dig(said, "URL")],
    )


def _first(value: object) -> object:
    """Titles are texts in CSL-JSON, and lists of texts where Crossref writes it."""
    return value[0] if isinstance(value, list) and value else value


def _author(said: object) -> Author | None:
    parts = [dig(said, part) for part in _NAME]
    name = " ".join(part for part in parts if isinstance(part, str))
    return found.author(name or dig(said, "literal") or dig(said, "name"), dig(said, "ORCID"))


def _issued(said: object) -> PartialDate | None:
    exact = found.date_parts(dig(said, "issued", "date-parts"))
    return exact or found.partial_date(dig(said, "issued", "raw") or dig(said, "issued", "literal"))
