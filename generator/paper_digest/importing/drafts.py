"""From what a source says of a paper to a paper of this digest: cleaned, named, linked, with categories suggested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pydantic import ValidationError

from paper_digest.catalog.checks import spellings
from paper_digest.catalog.located import Located, Names, Shelf
from paper_digest.catalog.records import News, NewsKind, Paper, PartialDate, Status, VenueRef
from paper_digest.catalog.wording import sentences
from paper_digest.importing.found import Found, SourceFailed
from paper_digest.importing.ids import new_id, short_id
from paper_digest.importing.known import KnownPapers, Work
from paper_digest.importing.links import links_in
from paper_digest.importing.mending import mended
from paper_digest.importing.suggest import Suggester, Suggestion
from paper_digest.words import text
from paper_digest.words.leftovers import Spellings

STATUS_OF_NOTICE = {"retracted": Status.RETRACTED, "corrected": Status.CORRECTED}


@dataclass(frozen=True)
class Draft:
    """A new paper, and what a contributor should know of how it came about."""

    paper: Paper
    source: str
    categories: tuple[Suggestion, ...] = ()
    tags: tuple[Suggestion, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass
class Drafting:
    """Makes drafts for one digest, and knows what it has."""

    shelf: Shelf
    added: date
    known: KnownPapers = field(init=False)
    names: Names = field(init=False)
    suggester: Suggester = field(init=False)
    spellings: Spellings = field(init=False)

    def __post_init__(self) -> None:
        self.known = KnownPapers([item.record for item in self.shelf.papers])
        self.names = Names(self.shelf)
        self.suggester = Suggester(self.shelf)
        self.spellings = spellings(self.shelf)

    def mended(self, found: Found) -> Found:
        """What was found, mended; hyphens at line ends are judged by the digest's own words."""
        return mended(found, self.spellings)

    def twin(self, found: Found) -> Located[Paper] | None:
        """The paper of the catalog that is the same as what was found."""
        found = self.mended(found)
        same = self.known.find(found.title, found.arxiv, found.doi, found.authors) or self._near(found)
        return next((item for item in self.shelf.papers if item.record.id == same), None)

    def _near(self, found: Found) -> str | None:
        """A title that differs by a word or a sign is the same paper, unless both have numbers that tell them apart."""
        near = self.known.near(found.title)
        return near.name if near and near.is_same(Work("", found.arxiv, found.doi, found.authors)) else None

    def draft(self, found: Found, paper_id: str | None = None) -> Draft:
        """A draft of what was found. Raises SourceFailed when it cannot be a paper of a digest."""
        found = self.mended(found)
        doubts = [*found.doubts, *self._alike(found.title)]
        paper = self._paper(found, paper_id, doubts)
        draft = self.suggested(paper, found.source, tuple(doubts))
        self.known.add(draft.paper)
        return draft

    def _alike(self, title: str) -> Iterator[str]:
        for namesake in self.known.namesakes(title)[:1]:
            yield f"the title is also that of `{namesake.name}`: look whether it is the same paper"
        if near := self.known.near(title):
            yield f"the title is nearly that of `{near.name}`: look whether it is the same paper"

    def suggested(self, paper: Paper, source: str, doubts: tuple[str, ...] = ()) -> Draft:
        """A paper with the categories and tags that its text speaks for, where it has none."""
        categories = () if paper.categories else tuple(self.suggester.categories(paper.title, paper.abstract or ""))
        tags = () if paper.tags else tuple(self.suggester.tags(paper.title, paper.abstract or ""))
        filled = {"categories": tuple(each.id for each in categories), "tags": tuple(each.id for each in tags)}
        return Draft(
            paper.model_copy(update={name: ids for name, ids in filled.items() if ids}),
            source,
            categories,
            tags,
            doubts,
        )

    def _paper(self, found: Found, paper_id: str | None, doubts: list[str]) -> Paper:
        title, abstract = found.title, found.abstract or ""
        status, news = standing(found, self.added)
        if status is not Status.ACTIVE:
            doubts.append(f"{found.source} says that the paper was {status}: does it belong here?")
        try:
            return Paper(
                id=paper_id or new_id(short_id(title, found.arxiv), self.known.ids, doubts.append),
                title=title,
                authors=found.authors,
                abstract=abstract or None,
                added=self.added,
                published=found.published or (PartialDate.of_arxiv(found.arxiv) if found.arxiv else None),
                arxiv=found.arxiv,
                doi=found.doi,
                venue=self._venue(found, doubts),
                links=links_in(abstract, found.links, doubts.append),
                status=status,
                news=news,
            )
        except ValidationError as error:
            reasons = "; ".join(sentences(error))
            raise SourceFailed(f"{found.source} cannot be a paper of this digest: {reasons}") from error

    def _venue(self, found: Found, doubts: list[str]) -> VenueRef | None:
        if found.venue is None:
            return None
        name = next(filter(None, map(self.names.venue, _spellings(found.venue))), None)
        if name is None:
            doubts.append(
                f"the venue “{text.shortened(found.venue, 80)}” is not in content/venues.yaml: "
                "shorten it to one that is, or add it there"
            )
        return VenueRef(name=name or found.venue, year=found.year)


_AROUND_A_VENUE = re.compile(
    r"^(?:the )?proceedings of (?:the )?|\b(?:19|20)\d{2}\b|\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE
)


def _spellings(venue: str) -> Iterator[str]:
    """A venue as a source calls it, without what proceedings put around a name, and by what they put in brackets."""
    yield venue
    bare = _AROUND_A_VENUE.sub(" ", venue)
    short = re.findall(r"\(([^()]*)\)", bare)
    for spelling in (bare, re.sub(r"\([^()]*\)", " ", bare), *short):
        yield " ".join(spelling.split()).strip(" ,:-–")


def standing(found: Found, today: date) -> tuple[Status, tuple[News, ...]]:
    """What became of the paper, as far as the source tells, with the news that say so."""
    if found.notice:
        notice = found.notice
        whose = f"{found.source} says" if found.line or notice.date is None else "the publisher's record says"
        words = f"{notice.kind.capitalize()}, as {whose}."
        told = News(date=notice.date or today, kind=NewsKind(notice.kind), text=words, url=notice.url)
        return STATUS_OF_NOTICE[notice.kind], (told,)
    if found.withdrawn:
        whose = "arXiv says" if found.source.startswith("arXiv ") else f"{found.source} says"
        told = News(date=today, kind=NewsKind.RETRACTED, text=f"Withdrawn by its authors, as {whose}.")
        return Status.WITHDRAWN, (told,)
    return Status.ACTIVE, ()
