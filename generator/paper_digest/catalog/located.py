"""Records with the places that they were read from, and the controlled names among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from paper_digest.catalog.records import Category, Gone, Issue, Paper, Record, Tag, Venue
from paper_digest.catalog.source import Mapping, Node, Scalar, Source, locate
from paper_digest.problems import SourceRef

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Located(Generic[R]):
    """A record with the node it was read from, so that later checks can name the place of any of its fields."""

    record: R
    source: Source
    node: Node
    faulty: frozenset[str] = frozenset()
    """The fields that were refused: the record is what remains without them, for the checks alone."""

    def written(self, field: str) -> str:
        """The text of a field as it stands in the file, white space and all."""
        node = self.node.entries.get(field) if isinstance(self.node, Mapping) else None
        return node.text.strip() if isinstance(node, Scalar) and node.text else ""

    def ref(self, *route: str | int, key: bool = False) -> SourceRef:
        """The place of a field, named by its keys and positions; of the record itself without any."""
        return self.source.ref(locate(self.node, route, key=key))


@dataclass(frozen=True)
class Shelf:
    """The located records of a digest, before they are a Catalog.

    `broken` names the parts in which a file or record could not be read: a reference to something unknown there is
    not a fault of its own, since what it names may stand in what could not be read.
    """

    papers: Sequence[Located[Paper]]
    categories: Sequence[Located[Category]]
    tags: Sequence[Located[Tag]]
    venues: Sequence[Located[Venue]]
    issues: Sequence[Located[Issue]]
    gone: Sequence[Located[Gone]] = ()
    broken: frozenset[str] = frozenset()


class Names:
    """The controlled names: which tag or venue a spelling stands for, and which paper a former id."""

    def __init__(self, shelf: Shelf) -> None:
        self.tags = {spelling: tag.record.id for tag in shelf.tags for spelling in tag_spellings(tag.record)}
        self.venues = {
            spelling.casefold(): venue.record.name
            for venue in shelf.venues
            for spelling in venue_spellings(venue.record)
        }
        self.former = {alias: item.record.id for item in shelf.papers for alias in item.record.aliases}

    def tag(self, spelling: str) -> str | None:
        """The id of the tag that a spelling stands for."""
        return self.tags.get(folded(spelling))

    def venue(self, spelling: str) -> str | None:
        """The name of the venue that a spelling stands for."""
        return self.venues.get(spelling.casefold())

    def settle(self, paper: Paper) -> Paper:
        """The paper with its tags and venue under their controlled names."""
        tags = tuple(dict.fromkeys(self.tag(spelling) or spelling for spelling in paper.tags))
        venue = paper.venue and paper.venue.model_copy(
            update={"name": self.venue(paper.venue.name) or paper.venue.name}
        )
        return paper.model_copy(update={"tags": tags, "venue": venue})

    def settle_issue(self, issue: Issue) -> Issue:
        """The issue with its papers under their present ids: it was sent, and stays as it was written."""
        entries = (each.model_copy(update={"paper": self._present(each.paper)}) for each in issue.entries)
        return issue.model_copy(update={"entries": tuple(entries)})

    def settle_category(self, category: Category) -> Category:
        """The category with the papers of its path under their present ids."""
        path = (each.model_copy(update={"paper": self._present(each.paper)}) for each in category.start_here)
        return category.model_copy(update={"start_here": tuple(path)})

    def _present(self, paper: str) -> str:
        return self.former.get(paper, paper)


def folded(spelling: str) -> str:
    """A spelling in the form in which spellings are compared."""
    return re.sub(r"[\s_-]+", "-", spelling.strip().casefold())


def tag_spellings(tag: Tag) -> Iterator[str]:
    """Every spelling by which papers may name a tag, in the form that they are compared in."""
    yield from {folded(spelling) for spelling in (tag.id, tag.title, *tag.aliases)}


def venue_spellings(venue: Venue) -> Iterator[str]:
    """Every spelling by which papers may name a venue."""
    yield from {spelling.casefold(): spelling for spelling in (venue.name, venue.title, *venue.aliases)}.values()
