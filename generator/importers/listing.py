"""A pasted listing of papers, as copied from a web page: lines of titles, each followed by a line with its abstract.

What a listing leaves unclear is not guessed in silence: it is kept as found, or mended, and noted either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from pydantic import ValidationError

from generator import leftovers, text
from generator.catalog.checks import Names
from generator.catalog.models import Paper, PartialDate, VenueRef
from generator.catalog.telling import sentences
from generator.importers.bibliography import Bibliography, Facts
from generator.importers.ids import new_id, short_id
from generator.importers.known import KnownPapers
from generator.importers.links import links_in
from generator.importers.report import Imported, Level
from generator.signs import FORBIDDEN

SHORTEST_ABSTRACT = 80
LONGEST_TITLE = 320
GLUED_LABEL = re.compile(r"(?:Subscribe|Sign up|Log in)(?=[A-Z0-9][^\s])")


@dataclass(frozen=True)
class Pair:
    """A title and its abstract as they stand in the input, with the line of the title, counted from 1."""

    line: int
    title: str
    abstract: str


def import_listing(listing: str, bibliography: Bibliography, known: KnownPapers, names: Names, added: date) -> Imported:
    """Papers from a pasted listing.

    `known` are the papers that the digest has; they are skipped. `names` settle venues and tags. `added` is the day
    that the new papers are catalogued on.
    """
    imported = Imported()
    for pair in _pairs(listing, imported):
        paper = _paper(pair, bibliography, known, names, added, imported)
        if paper is not None:
            imported.papers.append((pair.line, paper))
            known.add(paper)
    return imported


# ---- lines to pairs --------------------------------------------------------------------------------------------------


def _pairs(listing: str, imported: Imported) -> Iterator[Pair]:
    lines = [(number, line.strip()) for number, line in enumerate(listing.splitlines(), start=1) if line.strip()]
    at = 0
    while at < len(lines):
        number, line = lines[at]
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        if len(line) <= LONGEST_TITLE and _is_abstract(following, line):
            yield Pair(number, line, following)
            at += 2
            continue
        imported.note(number, Level.SKIPPED, f"{_reason(line, following)}: “{text.shortened(line, 60)}”")
        at += 1


def _reason(line: str, following: str) -> str:
    """Why a line is not a title with its abstract below."""
    if len(line) > LONGEST_TITLE:
        return f"no title of at most {LONGEST_TITLE} characters stands above this abstract"
    if not following:
        return "no abstract follows"
    return f"no abstract follows (the next line has {len(following)} characters; one has {SHORTEST_ABSTRACT} or more)"


def _is_abstract(line: str, title: str) -> bool:
    return len(line) >= SHORTEST_ABSTRACT and len(line) > len(title)


# ---- a pair to a paper -----------------------------------------------------------------------------------------------


def _paper(
    pair: Pair, bibliography: Bibliography, known: KnownPapers, names: Names, added: date, imported: Imported
) -> Paper | None:
    title = _title(pair, imported)
    facts = bibliography.find(title) or bibliography.find(pair.title)
    if facts is None and len(bibliography):
        imported.note(pair.line, Level.UNSURE, "the bibliography does not know this title")
    facts = facts or Facts(title=title)
    if same := known.find(title, facts.arxiv, facts.doi):
        imported.note(pair.line, Level.SKIPPED, f"already in the catalog as `{same}`")
        return None
    abstract = _abstract(pair, facts, imported)
    doubt = partial(_doubt, imported)
    try:
        return Paper(
            id=new_id(facts.id or short_id(title, facts.arxiv), known.ids, partial(doubt, pair.line)),
            title=title,
            authors=facts.authors or (),
            abstract=abstract,
            summary=facts.summary,
            categories=facts.categories,
            tags=tuple(dict.fromkeys(names.tag(tag) or tag for tag in facts.tags)),
            added=added,
            published=PartialDate.of_arxiv(facts.arxiv) if facts.arxiv else None,
            arxiv=facts.arxiv,
            doi=facts.doi,
            venue=_venue(facts, names, pair.line, imported),
            links=links_in(
                abstract, {"code": facts.code} if facts.code else {}, partial(_doubt, imported, pair.line + 1)
            ),
        )
    except ValidationError as error:
        reasons = "; ".join(sentences(error))
        imported.note(pair.line, Level.SKIPPED, f"cannot be a paper: {reasons}")
        return None


def _doubt(imported: Imported, line: int, what: str) -> None:
    imported.note(line, Level.UNSURE, what)


def _title(pair: Pair, imported: Imported) -> str:
    title = pair.title
    if glued := GLUED_LABEL.match(title):
        imported.note(pair.line, Level.REPAIRED, f"“{glued.group()}” was glued to the title")
        title = title[glued.end() :]
    return _mended(title, pair.line, imported)


def _abstract(pair: Pair, facts: Facts, imported: Imported) -> str:
    abstract = pair.abstract
    broken = _broken_url(abstract, facts.code)
    if facts.code and broken:
        imported.note(pair.line + 1, Level.REPAIRED, f"{broken} is {facts.code}, as the bibliography has it")
        abstract = abstract.replace(broken, facts.code)
    closed = re.sub(r"(https?://[^\s()]+) \)", r"\1)", abstract)
    if closed != abstract:
        imported.note(pair.line + 1, Level.REPAIRED, "a space between a URL and its closing bracket")
    return _mended(closed, pair.line + 1, imported)


def _mended(found: str, line: int, imported: Imported) -> str:
    visible = FORBIDDEN.sub("", found)
    if visible != found:
        imported.note(line, Level.REPAIRED, "invisible characters were deleted")
        found = visible
    mended, done = leftovers.mend(found)
    for leftover in done:
        level = Level.REPAIRED if leftover.sure else Level.UNSURE
        imported.note(line, level, f"{leftover.what}: {leftover.before} → {leftover.after}")
    return mended


def _broken_url(abstract: str, url: str | None) -> str | None:
    """How a URL stands in the abstract, if its underscores became spaces."""
    broken = url.replace("_", " ") if url else None
    return broken if broken and broken != url and broken in abstract else None


def _venue(facts: Facts, names: Names, line: int, imported: Imported) -> VenueRef | None:
    if facts.venue is None:
        return None
    name = names.venue(facts.venue)
    if name is None:
        imported.note(line, Level.UNSURE, f"venue “{facts.venue}” is not in content/venues.yaml; kept as it is")
    return VenueRef(name=name or facts.venue, year=facts.year)
