"""The parts of the catalog that have files of their own: all papers, and every category."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.urls import Address


@dataclass(frozen=True)
class Slice:
    """Some papers in the site's order, and the listings beside which their files stand: the present and former ones."""

    papers: tuple[Paper, ...]
    listings: tuple[Address, ...]


def slices(site: Site) -> Iterator[Slice]:
    """All papers, then every category. The members are those of the pages, dated or not."""
    yield Slice(site.papers, (urls.HOME,))
    for category in site.catalog.categories:
        yield Slice(site.members[category.id], tuple(map(urls.category, (category.id, *category.aliases))))


def files(site: Site, ending: str, record: Callable[[Paper], str], head: str = "") -> Iterator[Artifact]:
    """The file of every slice: a head, and the record of each of its papers, which is made once."""
    records = {paper.id: record(paper) for paper in site.papers}
    for each in slices(site):
        content = head + "".join(records[paper.id] for paper in each.papers)
        for listing in each.listings:
            yield Artifact.doc(urls.export(listing, ending), content)
