"""How good the suggested categories and tags are: every paper of the catalog in turn, judged by all the others.

`python bench/suggest.py` prints the shares; with ids of papers, what is suggested for these.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.located import Names, Shelf
from paper_digest.catalog.records import Paper
from paper_digest.importing.suggest import Suggester, Suggestion

REPOSITORY = Path(__file__).resolve().parent.parent
LARGE = 10_000

Judged = tuple[Paper, list[Suggestion], list[Suggestion]]
"""A paper, and the categories and tags that were suggested for it."""


def main() -> None:
    """Print how often the suggestions are right, or the suggestions for single papers."""
    shelf = read_shelf(REPOSITORY)
    if len(sys.argv) > 1:
        _show(shelf, sys.argv[1:])
        return
    print("Each paper judged by the others:")
    _report(judged(shelf, without))
    print("Each paper judged by the lists alone:")
    _report(judged(shelf, lambda shelf, _: replace(shelf, papers=[])))
    _time(shelf)


def without(shelf: Shelf, paper: Paper) -> Shelf:
    """A shelf without one of its papers."""
    return replace(shelf, papers=[item for item in shelf.papers if item.record.id != paper.id])


def judged(shelf: Shelf, known: Callable[[Shelf, Paper], Shelf]) -> list[Judged]:
    """What is suggested for every paper of a shelf by what `known` leaves of it."""
    names = Names(shelf)
    results = []
    for item in shelf.papers:
        paper = names.settle(item.record)
        suggester = Suggester(known(shelf, paper))
        texts = paper.title, paper.abstract or ""
        results.append((paper, suggester.categories(*texts), suggester.tags(*texts)))
    return results


def _report(results: Sequence[Judged]) -> None:
    firsts = [(paper, categories[0].id if categories else "") for paper, categories, _ in results]
    primary = fmean(first == paper.categories[0] for paper, first in firsts)
    member = fmean(first in paper.categories for paper, first in firsts)
    print(f"  first category: the primary one {primary:.3f}, one of its categories {member:.3f}")
    sets = [(set(paper.categories), {each.id for each in categories}) for paper, categories, _ in results]
    precision = fmean(len(right & said) / len(said) for right, said in sets if said)
    recall = fmean(len(right & said) / len(right) for right, said in sets)
    size = fmean(len(said) for _, said in sets)
    print(f"  categories:     precision {precision:.3f}, recall {recall:.3f}, {size:.2f} a paper")
    tags = [(set(paper.tags), {each.id for each in tags}) for paper, _, tags in results]
    hits = sum(len(right & said) for right, said in tags)
    precision = hits / sum(len(said) for _, said in tags)
    recall = hits / sum(len(right) for right, _ in tags)
    size = fmean(len(said) for _, said in tags)
    print(f"  tags:           precision {precision:.3f}, recall {recall:.3f}, {size:.2f} a paper")


def _time(shelf: Shelf) -> None:
    """How long it takes with many papers: the real ones again and again."""
    papers = [shelf.papers[number % len(shelf.papers)] for number in range(LARGE)]
    began = time.perf_counter()
    suggester = Suggester(replace(shelf, papers=papers))
    ready = time.perf_counter()
    paper = shelf.papers[0].record
    suggester.categories(paper.title, paper.abstract or "")
    suggester.tags(paper.title, paper.abstract or "")
    ended = time.perf_counter()
    print(f"{LARGE} papers: {ready - began:.2f} s to prepare, {ended - ready:.2f} s to suggest")


def _show(shelf: Shelf, ids: Sequence[str]) -> None:
    chosen = replace(shelf, papers=[item for item in shelf.papers if item.record.id in ids])
    for paper, categories, tags in judged(chosen, lambda _, paper: without(shelf, paper)):
        print(f"\n{paper.title}\n  has {', '.join(paper.categories)}; {', '.join(paper.tags)}")
        for suggestion in [*categories, *tags]:
            print(f"  {suggestion.score:.2f} {suggestion.id}: {suggestion.reason}")


if __name__ == "__main__":
    main()
