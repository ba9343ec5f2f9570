"""What a digest has already, by everything that makes two entries the same paper: DOI, arXiv id, title."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from generator import text
from generator.catalog.models import Paper

NEARLY_THE_SAME = 0.93
"""How alike the letters of two titles are when only a word or a sign was changed: 1 is the same."""

_TITLE = "title:"


class KnownPapers:
    """What the digest already has: ids, arXiv ids, DOIs and titles."""

    def __init__(self, papers: list[Paper]) -> None:
        self.ids: set[str] = set()
        self._works: dict[str, str] = {}
        for paper in papers:
            self.add(paper)

    def add(self, paper: Paper) -> None:
        """Remember a paper."""
        self.ids |= {paper.id, *paper.aliases}
        self.add_work(paper.id, paper.title, paper.arxiv, paper.doi)

    def add_work(self, name: str, title: str, arxiv: str | None, doi: str | None) -> None:
        """Remember a work that is not a paper yet, by a name."""
        for work in _works(title, arxiv, doi):
            self._works[work] = name

    def near(self, title: str) -> str | None:
        """The id of the paper whose title differs by no more than a word or a sign."""
        comparable = text.comparable(title)
        titles = [work.removeprefix(_TITLE) for work in self._works if work.startswith(_TITLE)]
        close = difflib.get_close_matches(comparable, titles, n=1, cutoff=NEARLY_THE_SAME)
        return self._works[f"{_TITLE}{close[0]}"] if close else None

    def find(self, title: str, arxiv: str | None, doi: str | None) -> str | None:
        """The id of the paper that is the same work."""
        return next((self._works[work] for work in _works(title, arxiv, doi) if work in self._works), None)


def _works(title: str, arxiv: str | None, doi: str | None) -> Iterator[str]:
    if doi:
        yield f"doi:{doi.casefold()}"
    if arxiv:
        yield f"arxiv:{arxiv}"
    if comparable := text.comparable(title):
        yield f"{_TITLE}{comparable}"
