"""What a digest has already, by everything that makes two entries the same paper: DOI, arXiv id, title and authors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from paper_digest.catalog.records import Author, Paper
from paper_digest.importing.names import may_be_one
from paper_digest.words import text

NEARLY_THE_SAME = 93
"""How alike the letters of two titles are when only a word or a sign was changed: 100 is the same."""

_END = 8


@dataclass(frozen=True)
class Work:
    """What tells one work from another with its title."""

    name: str
    arxiv: str | None = None
    doi: str | None = None
    authors: tuple[Author, ...] = ()

    def is_same(self, other: Work) -> bool:
        """Whether two works of one title are one: by the first author, or if nothing speaks against it."""
        if self.authors and other.authors and may_be_one(self.authors[0].name, other.authors[0].name):
            return True
        if _differ(self.arxiv, other.arxiv) or _differ(self.doi, other.doi):
            return False
        return not self.authors or not other.authors or self._shares_authors(other)

    def _shares_authors(self, other: Work) -> bool:
        return any(may_be_one(one.name, another.name) for one in self.authors for another in other.authors)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one.casefold() != other.casefold())


class KnownPapers:
    """What the digest already has: ids, arXiv ids, DOIs and titles."""

    def __init__(self, papers: list[Paper]) -> None:
        self.ids: set[str] = set()
        self._by_number: dict[str, str] = {}
        self._by_title: dict[str, list[Work]] = {}
        self._by_end: dict[str, list[str]] = {}
        for paper in papers:
            self.add(paper)

    def add(self, paper: Paper) -> None:
        """Remember a paper."""
        self.ids |= {paper.id, *paper.aliases}
        self.add_work(paper.title, Work(paper.id, paper.arxiv, paper.doi, paper.authors))

    def add_work(self, title: str, work: Work) -> None:
        """Remember a work that is not a paper yet, by a name."""
        for number in _numbers(work):
            self._by_number.setdefault(number, work.name)
        if comparable := text.comparable(title):
            if comparable not in self._by_title:
                for end in _ends(comparable):
                    self._by_end.setdefault(end, []).append(comparable)
            self._by_title.setdefault(comparable, []).append(work)

    def near(self, title: str) -> Work | None:
        """The work whose title differs by no more than a word or a sign."""
        comparable = text.comparable(title)
        if not comparable or comparable in self._by_title:  # it is that one, or its namesake
            return None
        alike = [title for end in _ends(comparable) for title in self._by_end.get(end, ())]
        close = process.extractOne(comparable, alike, scorer=fuzz.ratio, score_cutoff=NEARLY_THE_SAME)
        return self._by_title[close[0]][0] if close else None

    def find(self, title: str, arxiv: str | None, doi: str | None, authors: Sequence[Author] = ()) -> str | None:
        """The name of the work that is the same."""
        wanted = Work("", arxiv, doi, tuple(authors))
        numbered = (self._by_number[number] for number in _numbers(wanted) if number in self._by_number)
        titled = (work.name for work in self.namesakes(title) if work.is_same(wanted))
        return next(numbered, None) or next(titled, None)

    def namesakes(self, title: str) -> list[Work]:
        """The works that have a title, the same or not."""
        return self._by_title.get(text.comparable(title), [])


def _ends(title: str) -> tuple[str, str]:
    """The beginning and the end of a title: one of them stays when a single word or sign is changed."""
    return f"{title[:_END]}…", f"…{title[-_END:]}"


def _numbers(work: Work) -> Iterator[str]:
    if work.doi:
        yield f"doi:{work.doi.casefold()}"
    if work.arxiv:
        yield f"arxiv:{work.arxiv}"
