"""Which papers belong beside a paper, and why: by the tags and categories they share, the rarer the weightier."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log

from generator.catalog.models import Paper
from generator.site import Site

CATEGORY_WEIGHT = 0.5


@dataclass(frozen=True)
class Related:
    """A neighbour of a paper, with the ids of what they share, the weightiest first."""

    paper: Paper
    tags: tuple[str, ...]
    categories: tuple[str, ...]


class Neighbours:
    """The neighbours of every paper of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        total = max(len(site.papers), 2)
        self._tag_weight = {tag: log(total / len(papers)) for tag, papers in site.tagged.items() if papers}
        self._category_weight = {
            category: CATEGORY_WEIGHT * log(total / len(papers)) for category, papers in site.members.items() if papers
        }

    def of(self, paper: Paper, count: int = 4) -> list[Related]:
        """Up to `count` neighbours of a paper, the nearest first."""
        scores: Counter[str] = Counter()
        tags: defaultdict[str, list[str]] = defaultdict(list)
        categories: defaultdict[str, list[str]] = defaultdict(list)
        for tag in paper.tags:
            for other in self._site.tagged.get(tag, ()):
                scores[other.id] += round(1000 * self._tag_weight[tag])
                tags[other.id].append(tag)
        for category in paper.categories:
            for other in self._site.members.get(category, ()):
                scores[other.id] += round(1000 * self._category_weight[category])
                categories[other.id].append(category)
        del scores[paper.id]
        nearest = sorted((other for other in scores if scores[other] > 0), key=lambda other: (-scores[other], other))[
            :count
        ]
        return [
            Related(
                self._site.paper[other],
                tuple(sorted(tags[other], key=lambda tag: -self._tag_weight[tag])),
                tuple(categories[other]),
            )
            for other in nearest
        ]
