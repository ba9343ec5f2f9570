"""What the scripts of the pages fetch: every paper's card in one file, and which papers are beside which in another.

`theme/overrides/assets/js` reads them: they are for this site's own pages, and may change with them. For other programs
there is the catalog's JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk
from paper_digest.shown.shelves import year_of
from paper_digest.urls import Address
from paper_digest.words import text

VERSION = 1


def pages(desk: Desk) -> list[Artifact]:
    """Both files."""
    return [Artifact.doc(urls.CARDS, _cards(desk)), Artifact.doc(urls.NEIGHBOURS, _neighbours(desk))]


def _cards(desk: Desk) -> str:
    """The lists that papers are in, then a line for each paper, in the site's order.

    Titles and summaries are HTML, escaped; everything else is plain.
    """
    lists = list(_lists(desk))
    number = {address: place for place, (address, *_) in enumerate(lists)}
    head = _compact({"version": VERSION, "lists": lists}).removesuffix("}")
    papers = ",\n".join(_compact(_record(desk, paper, number)) for paper in desk.site.papers)
    return f'{head},"papers":[\n{papers}\n]}}\n'


def _lists(desk: Desk) -> Iterator[tuple[Address, str, int]]:
    """The address of every listing that a paper can be in, its title, and the number of its hue, or 0."""
    site = desk.site
    yield from ((urls.category(each.id), each.title, site.hues[each.id]) for each in site.catalog.categories)
    yield from ((urls.tag(each.id), each.title, 0) for each in site.tags_in_use)
    shelves = desk.shelves
    yield from ((shelf.address, shelf.title, 0) for shelf in (*shelves.venues, *shelves.years, *shelves.authors))


def _record(desk: Desk, paper: Paper, number: dict[Address, int]) -> dict[str, Any]:
    """What a card shows, with the numbers of the lists that the paper is in; what is unknown is left out."""
    card = desk.card(paper)
    record = {
        "id": paper.id,
        "title": text.unlinked(paper.title),
        "authors": card.authors,
        "summary": text.html(card.summary) if card.summary else None,
        "abstract": bool(card.abstract),
        "in": [number[address] for address in _memberships(desk, paper) if address in number],
        "place": card.place,
        "date": card.date,
        "when": card.machine_date,
        "added": str(paper.added) if paper.added else None,
        "links": [(link.label, link.url) for link in card.links],
        "status": card.status,
        "arxiv": paper.arxiv,
        "doi": paper.doi,
        "former": paper.aliases,
    }
    return {name: value for name, value in record.items() if value}


def _memberships(desk: Desk, paper: Paper) -> Iterator[Address]:
    """The listings of a paper. Categories and tags are in the paper's own order."""
    yield from (urls.category(category) for category in paper.categories)
    yield from (urls.tag(tag) for tag in paper.tags)
    if paper.venue:
        yield urls.venue(paper.venue.name)
    if year := year_of(paper):
        yield urls.year(year)
    found = (desk.shelves.of_author(author) for author in paper.authors)
    yield from dict.fromkeys(address for address in found if address)


def _neighbours(desk: Desk) -> str:
    """For every paper, in the order of the cards, the numbers of its neighbours in that order, the nearest first."""
    number = {paper.id: place for place, paper in enumerate(desk.site.papers)}
    beside = [[number[other] for other in desk.neighbours.ids[paper.id]] for paper in desk.site.papers]
    return f'{{"version":{VERSION},"beside":{_compact(beside)}}}\n'


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
