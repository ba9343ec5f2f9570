"""References in RIS, as reference managers, PubMed and publishers export them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from generator.catalog.models import Author, PartialDate
from generator.importers import found
from generator.importers.found import Found, Say

_START = re.compile(r"^TY  -", re.MULTILINE)
_END = re.compile(r"^ER  -", re.MULTILINE)
_VENUE = ("journal_name", "secondary_title", "alternate_title3")


def read(text: str, name: str, say: Say = found.nothing) -> list[Found]:
    """The papers of a file that is called `name`; `say` is told of records that are broken or have no title."""
    papers = []
    for line, record in _records(text.replace("\r\n", "\n").replace("\r", "\n")):
        source = f"line {line} of {name}"
        if paper := _paper(_fields(record), source, line):
            papers.append(paper)
        else:
            say(f"{source}: the record has no title, or no `ER  -` at its end; it was passed over")
    return papers


def _records(text: str) -> Iterator[tuple[int, str]]:
    """Every record with the line that it begins at: read apart, a broken one spoils no other."""
    starts = [start.start() for start in _START.finditer(text)]
    line, counted = 1, 0
    for start, end in pairwise([*starts, len(text)]):
        line += text.count("\n", counted, start)
        counted = start
        closed = _END.search(text, start, end)
        yield line, text[start : closed.end() if closed else end]


def _fields(record: str) -> dict[str, object]:
    import rispy

    try:
        read = rispy.loads(record, delimiter_tags_mapping={})  # a semicolon may be part of an address
    except Exception:  # the parser raises whatever it meets
        return {}
    return dict(read[0]) if read else {}


def _paper(said: dict[str, object], source: str, line: int) -> Found | None:
    names = [*found.items(said.get("authors")), *found.items(said.get("first_authors"))]
    return found.reference(
        source,
        title=said.get("title") or said.get("primary_title"),
        authors=found.authors(map(_author, names)),
        abstract=said.get("abstract") or said.get("notes_abstract"),
        venue_name=_venue(said),
        issued=_issued(said),
        doi_of=said.get("doi"),
        urls=found.items(said.get("urls")),
        links_of={"pdf": said.get("file_attachments1")},
        at_line=line,
    )


def _author(name: object) -> Author | None:
    """A name as printed: “Ada Lovelace Jr.” for “Lovelace, Ada, Jr.”."""
    family, *others = [part.strip() for part in str(name).split(",")]
    given, *suffixes = others or [""]
    return found.author(" ".join([given, family, *suffixes]))


def _venue(said: dict[str, object]) -> object:
    names = [said[kind] for kind in _VENUE if said.get(kind)]
    return names[0] if names else found.dig(said.get("unknown_tag"), "BT", 0)


def _issued(said: dict[str, object]) -> PartialDate | None:
    """A date, which RIS writes as `2024/10/16/`; what is not known of it is left empty."""
    written = (str(said.get(kind, "")).strip("/ ") for kind in ("date", "year", "publication_year"))
    return next(filter(None, (found.partial_date(when.replace("/", "-")) for when in written)), None)
