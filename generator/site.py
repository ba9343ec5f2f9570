"""The catalog with its lookups, sorted once: what every kind of output reads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from generator import reading, urls
from generator.bounds import too_much
from generator.catalog.ledger import PAPERS_OF_A_TAGS_FEED
from generator.catalog.load import Catalog
from generator.catalog.models import RESERVED_IDS, Category, Issue, News, Paper, Tag, Venue, is_identifier
from generator.catalog.source import Mapping, mark_at, parse_source
from generator.problems import Problem, ProblemsFound, SourceRef
from generator.settings import Identity, Places
from generator.urls import Address

HUES = 8
MOST_BESIDE = 40
LARGEST_PAGE = reading.MEGABYTE // 4
_FRAMES_ID = re.compile(r"""\bid\s*=\s*["']?F-|\{[^}\n]{0,200}#F-""")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRAMES_KEYS = {"head", "forms_to", "kind", "template", "feeds", "styles"}

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class HandWritten:
    """A page from `content/pages/`: its name and its Markdown, front matter included."""

    stem: str
    markdown: str


@dataclass(frozen=True)
class Site:
    """A digest, ready to be shown."""

    catalog: Catalog
    identity: Identity
    templates: Path
    pages: tuple[HandWritten, ...] = ()
    takes_corrections: bool = False
    """Whether the digest's repository has an issue form for them."""

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """All papers, the latest added first, then the latest published, then by id."""
        return tuple(sorted(self.catalog.papers, key=_order))

    @cached_property
    def paper(self) -> dict[str, Paper]:
        """Papers by id."""
        return {paper.id: paper for paper in self.papers}

    @cached_property
    def category(self) -> dict[str, Category]:
        """Categories by id, in the order of their list."""
        return {category.id: category for category in self.catalog.categories}

    @cached_property
    def tag(self) -> dict[str, Tag]:
        """Tags by id."""
        return {tag.id: tag for tag in self.catalog.tags}

    @cached_property
    def venue(self) -> dict[str, Venue]:
        """Venues by name."""
        return {venue.name: venue for venue in self.catalog.venues}

    def venue_of(self, paper: Paper) -> Venue | None:
        """The venue of a paper, if it is listed."""
        return self.venue.get(paper.venue.name) if paper.venue else None

    def venue_title(self, paper: Paper) -> str | None:
        """The full title of a paper's venue, or the name that it goes by."""
        venue = self.venue_of(paper)
        return venue.title if venue else paper.venue.name if paper.venue else None

    @cached_property
    def members(self) -> dict[str, tuple[Paper, ...]]:
        """The papers of every category, primary or not, in the order of `papers`."""
        return _grouped(self.category, ((category, paper) for paper in self.papers for category in paper.categories))

    @cached_property
    def tagged(self) -> dict[str, tuple[Paper, ...]]:
        """The papers of every tag, in the order of `papers`."""
        return _grouped(self.tag, ((tag, paper) for paper in self.papers for tag in paper.tags))

    @cached_property
    def tags_in_use(self) -> tuple[Tag, ...]:
        """The tags that papers have, by title."""
        return tuple(
            sorted((tag for tag in self.catalog.tags if self.tagged[tag.id]), key=lambda tag: tag.title.casefold())
        )

    @cached_property
    def tags_with_a_page(self) -> tuple[Tag, ...]:
        """The tags that papers have, and those whose page was published when papers had them."""
        promised = self.catalog.ledger.tags.keys() if self.catalog.ledger else set()
        return tuple(tag for tag in self.catalog.tags if self.tagged[tag.id] or promised & {tag.id, *tag.aliases})

    @cached_property
    def tags_with_a_feed(self) -> tuple[Tag, ...]:
        """The tags of several papers, and those whose feed was published when they had more, by title."""
        ledger = self.catalog.ledger
        promised = {tag for tag, promise in ledger.tags.items() if promise.feeds} if ledger else set()
        found = (
            tag
            for tag in self.tags_with_a_page
            if len(self.tagged[tag.id]) >= PAPERS_OF_A_TAGS_FEED or promised & {tag.id, *tag.aliases}
        )
        return tuple(sorted(found, key=lambda tag: tag.title.casefold()))

    @cached_property
    def news(self) -> tuple[tuple[Paper, News], ...]:
        """What happened to papers after they were added, the latest first."""
        told = [(paper, each) for paper in self.papers for each in paper.news]
        return tuple(sorted(told, key=lambda item: -item[1].date.toordinal()))

    @cached_property
    def moved(self) -> dict[Address, tuple[str, Address]]:
        """Where former addresses lead now: a title and an address."""
        moved = {
            urls.paper(alias): (paper.title, urls.paper(paper.id)) for paper in self.papers for alias in paper.aliases
        }
        moved |= {
            urls.category(alias): (category.title, urls.category(category.id))
            for category in self.catalog.categories
            for alias in category.aliases
        }
        moved |= {
            urls.tag(alias): (tag.title, urls.tag(tag.id))
            for tag in self.tags_with_a_page
            for alias in tag.aliases
            if is_identifier(alias) and alias not in self.tag
        }
        return moved

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """All issues, the latest first."""
        return tuple(reversed(self.catalog.issues))

    @cached_property
    def issues_of(self) -> dict[str, tuple[Issue, ...]]:
        """The issues that a paper appeared in, by its id."""
        return _grouped(self.paper, ((entry.paper, issue) for issue in self.catalog.issues for entry in issue.entries))

    @cached_property
    def queue(self) -> tuple[Paper, ...]:
        """The papers that are in no issue yet, in the order of `papers`: what the next issues are made of."""
        return tuple(paper for paper in self.papers if not self.issues_of[paper.id])

    @cached_property
    def hues(self) -> dict[str, int]:
        """The number of every category's hue, 1 to 8: one for a family, in the order of their first appearance."""
        families = dict.fromkeys(category.family for category in self.catalog.categories)
        number = {family: place % HUES + 1 for place, family in enumerate(families)}
        return {category.id: number[category.family] for category in self.catalog.categories}

    def categories_beside(self, address: Address) -> tuple[Category, ...]:
        """The categories that a listing names: the first ones and its own: pages do not grow with them."""
        own = next((each for each in self.catalog.categories if urls.category(each.id) == address), None)
        first = self.catalog.categories[:MOST_BESIDE]
        return first if own is None or own in first else (*first, own)

    @cached_property
    def updated(self) -> date:
        """The latest day on which a paper or an issue was added or updated, or something happened to a paper."""
        dates = [paper.updated or paper.added for paper in self.papers]
        told = [each.date for _, each in self.news]
        return max(
            [day for day in dates if day] + [issue.date for issue in self.issues] + told, default=date(2000, 1, 1)
        )


def read_pages(places: Places) -> tuple[tuple[HandWritten, ...], list[Problem]]:
    """The hand-written pages, and the problems of those that cannot be pages."""
    pages: list[HandWritten] = []
    problems: list[Problem] = []
    for path in sorted(places.pages.glob("*.md")) if places.pages.is_dir() else []:
        if path.name.startswith("."):
            continue
        try:
            page = HandWritten(_page_name(path), _page_text(path, places.root))
            problems += _faults_of(page, f"content/pages/{path.name}")
            pages.append(page)
        except (OSError, ValueError) as error:
            where = SourceRef(f"content/pages/{path.name.encode('unicode_escape').decode()}")
            reason = _reason(error)
            problems.append(Problem(where, reason, "make it a UTF-8 text file with a name like `about.md`"))
    return tuple(pages), problems


def _faults_of(page: HandWritten, shown_as: str) -> Iterator[Problem]:
    """What is wrong with a page before MkDocs reads it: too much of something, ids and keys of the frame."""
    if found := too_much(page.markdown):
        mark = mark_at(page.markdown, found.offset)
        yield Problem(SourceRef(shown_as, mark.line, mark.column), found.what, found.remedy)
    for found_id in _FRAMES_ID.finditer(page.markdown):
        mark = mark_at(page.markdown, found_id.start())
        what = "the id begins with `F-`, as those of the frame do"
        yield Problem(SourceRef(shown_as, mark.line, mark.column), what, "choose another id")
    if matter := _FRONT_MATTER.match(page.markdown):
        try:
            values = parse_source(matter.group(1).encode(), shown_as).root
        except ProblemsFound as refused:
            yield from (_a_line_further(problem) for problem in refused.problems)
            return
        for key in _FRAMES_KEYS & set(values.entries if isinstance(values, Mapping) else ()):
            what = f"the key `{key}` of the front matter belongs to the site's own pages"
            yield Problem(SourceRef(shown_as), what, "delete it; a page may have `title` and `description`")


def _a_line_further(problem: Problem) -> Problem:
    """A problem of the front matter, which begins in the second line."""
    return replace(problem, where=replace(problem.where, line=problem.where.line + 1))


def _page_text(path: Path, root: Path) -> str:
    if reason := reading.refusal(path, root):
        raise ValueError(reason)
    return reading.read_text(path, LARGEST_PAGE)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)


def _page_name(path: Path) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", path.stem):
        raise ValueError("the name of a page is of lowercase letters, digits and hyphens")
    own = {*urls.OWN_PAGES, urls.SCHEMAS, urls.SEARCH}
    if f"{path.stem}/" in own or path.stem in RESERVED_IDS | {"404", "readme"}:
        raise ValueError(f"the name `{path.stem}` is taken by the site itself, or by Windows")
    return path.stem


def midnight(day: date) -> datetime:
    """A day as the instant at which it begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def _order(paper: Paper) -> tuple[int, tuple[int, int, int], str]:
    added = -paper.added.toordinal() if paper.added else 0
    year, month, day = paper.published.order if paper.published else (0, 0, 0)
    return (added, (-year, -month, -day), paper.id)


def _grouped(keys: Iterable[K], pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(groups[key]) for key in keys}
