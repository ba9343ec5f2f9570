"""What a catalogued paper and a source say differently, and what to write so that both say the same.

A difference that is certain brings its changes; one that needs somebody's eye only says what to look at.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from paper_digest import urls
from paper_digest.catalog.located import Located, Names
from paper_digest.catalog.records import Author, NewsKind, Paper, Status
from paper_digest.importing.drafts import STATUS_OF_NOTICE
from paper_digest.importing.found import Found
from paper_digest.importing.mending import mended
from paper_digest.importing.names import may_be_one
from paper_digest.problems import Problem, Severity
from paper_digest.words import text

Changes = Mapping[str, Any]

ALIKE = 0.75
"""How alike the letters of two titles are that may be of two versions of one work: 1 is the same."""


@dataclass(frozen=True)
class Difference:
    """One thing that a source says otherwise, with the plain values to write if that is certain."""

    item: Located[Paper]
    route: tuple[str, ...]
    what: str
    remedy: str
    changes: Changes = field(default_factory=dict)
    news: Changes | None = None
    """What to tell readers of it."""

    def as_problem(self) -> Problem:
        """The difference as `check` would tell it: a doubt."""
        return Problem(self.item.ref(*self.route), self.what, self.remedy, Severity.WARNING)


def differences(item: Located[Paper], found: Found, names: Names, today: date) -> Iterator[Difference]:
    """Everything that a source says otherwise of a paper; of another work, only that it is another."""
    found = mended(found)
    if not _is_same_work(item.record, found):
        what = f"{found.source} is “{text.shortened(found.title, 100)}” by {_few(found.authors) or 'others'}"
        yield Difference(item, _route_to(found), what, "look whether the number is right: nothing is taken from there")
        return
    yield from _title(item, found)
    yield from _authors(item, found)
    yield from _numbers(item, found)
    yield from _venue(item, found, names, today)
    yield from _standing(item, found, today)


def _is_same_work(paper: Paper, found: Found) -> bool:
    """Titles change between versions, and names are written in many ways; both at once is another work."""
    ours, theirs = text.comparable(paper.title), text.comparable(found.title)
    if ours.startswith(theirs) or theirs.startswith(ours):
        return True
    if paper.authors and found.authors and may_be_one(paper.authors[0].name, found.authors[0].name):
        return True
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= ALIKE


def _route_to(found: Found) -> tuple[str, ...]:
    return ("doi",) if _is_of_registry(found) else ("arxiv",)


def _title(item: Located[Paper], found: Found) -> Iterator[Difference]:
    """arXiv's title is that of the latest version. A registry's may lack the subtitle, or have another one."""
    title = found.title
    ours, theirs = text.comparable(item.record.title), text.comparable(title)
    what = f"title: {found.source} has “{title}” now"
    if not _is_of_registry(found) and ours != theirs:
        yield Difference(item, ("title",), what, f"write title: “{title}”", {"title": title})
    elif not ours.startswith(theirs) and not theirs.startswith(ours):
        yield Difference(item, ("title",), what, "look which of the two is printed on the paper")


def _is_of_registry(found: Found) -> bool:
    return found.source.startswith("doi:")


def _authors(item: Located[Paper], found: Found) -> Iterator[Difference]:
    if not found.authors:
        return
    if not item.record.authors:
        names = [_plain(author) for author in found.authors]
        what = f"authors: {found.source} names {len(names)}"
        yield Difference(item, ("authors",), what, f"write authors: {_few(found.authors)}", {"authors": names})
    elif not _are_the_same(item.record.authors, found.authors):
        what = f"authors: {found.source} has {_few(found.authors)}"
        yield Difference(item, ("authors",), what, "compare with the paper itself: names stand here as printed")


def _plain(author: Author) -> dict[str, str]:
    return {"name": author.name} | ({"orcid": author.orcid} if author.orcid else {})


def _few(authors: tuple[Author, ...]) -> str:
    named = ", ".join(author.name for author in authors[:3])
    return named if len(authors) <= 3 else f"{named} and {len(authors) - 3} more"


def _are_the_same(ours: tuple[Author, ...], theirs: tuple[Author, ...]) -> bool:
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(may_be_one(one.name, other.name) for one, other in pairs)


def _numbers(item: Located[Paper], found: Found) -> Iterator[Difference]:
    paper = item.record
    if found.doi and paper.doi is None:
        what = f"doi: {found.source} gives {found.doi}"
        yield Difference(item, ("doi",), what, f"write doi: {found.doi}", {"doi": found.doi})
    elif found.doi and paper.doi and found.doi.casefold() != paper.doi.casefold():
        what = f"doi: {found.source} gives {found.doi}"
        yield Difference(item, ("doi",), what, "look which of the two is that of the published version")
    if found.arxiv and paper.arxiv is None:
        what = f"arxiv: {found.source} gives {found.arxiv}"
        yield Difference(item, ("arxiv",), what, f'write arxiv: "{found.arxiv}"', {"arxiv": found.arxiv})


def _venue(item: Located[Paper], found: Found, names: Names, today: date) -> Iterator[Difference]:
    paper = item.record
    if found.venue is None:
        return
    name = names.venue(found.venue)
    if paper.venue is None:
        yield _published(item, found, name, today)
    elif name and name != (names.venue(paper.venue.name) or paper.venue.name):
        what = f"venue: {found.source} has {name}"
        yield Difference(item, ("venue", "name"), what, "look where it was published in the end")
    elif name and found.year and paper.venue.year is None:
        what = f"venue: {found.source} gives the year {found.year}"
        remedy = f"write venue: {{name: {paper.venue.name}, year: {found.year}}}"
        changes = {"venue": {"name": paper.venue.name, "year": found.year}}
        yield Difference(item, ("venue",), what, remedy, changes)


def _published(item: Located[Paper], found: Found, name: str | None, today: date) -> Difference:
    """News for readers, if the venue is one of ours; otherwise somebody must find its name first."""
    shown = f"{name or found.venue} {found.year or ''}".strip()
    what = f"now published at {shown}, as {found.source} says"
    if name is None:
        return Difference(item, ("venue",), what, "add the venue to content/venues.yaml, then write it here")
    venue: dict[str, Any] = {"name": name} | ({"year": found.year} if found.year else {})
    doi = found.doi or item.record.doi
    told = any(news.kind is NewsKind.PUBLISHED for news in item.record.news)
    news = {"date": today.isoformat(), "kind": "published", "text": f"Now published in {shown}."}
    news |= {"url": urls.doi_page(doi)} if doi else {}
    remedy = f"write venue: {{name: {name}{f', year: {found.year}' if found.year else ''}}}"
    return Difference(item, ("venue",), what, remedy, {"venue": venue}, None if told else news)


def _standing(item: Located[Paper], found: Found, today: date) -> Iterator[Difference]:
    """A retraction, correction or withdrawal that the catalog does not tell yet."""
    status = STATUS_OF_NOTICE[found.notice.kind] if found.notice else Status.WITHDRAWN if found.withdrawn else None
    if status is None or item.record.status in {status, Status.RETRACTED, Status.WITHDRAWN}:
        return
    kind = "corrected" if status is Status.CORRECTED else "retracted"
    day = found.notice.date if found.notice and found.notice.date else today
    whose = "the publisher's record" if found.notice else "arXiv"
    news = {"date": day.isoformat(), "kind": kind, "text": f"{str(status).capitalize()}, as {whose} says."}
    news |= {"url": found.notice.url} if found.notice and found.notice.url else {}
    what = f"status: {found.source} says that the paper was {status}"
    remedy = f"write status: {status}, and news that give the day and the reason"
    yield Difference(item, ("status",), what, remedy, {"status": str(status)}, news)
