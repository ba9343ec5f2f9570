"""The listings: all papers, then those of every category, tag, venue, year and author, and the lists of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from paper_digest import urls
from paper_digest.catalog.records import Category, Paper
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels
from paper_digest.shown.channels import Channel
from paper_digest.shown.shelves import Shelf, family_first, year_of
from paper_digest.urls import Address
from paper_digest.words import text

TAG_KINDS = {
    "modality": "Modality",
    "field": "Field",
    "task": "Task",
    "technique": "Technique",
    "quality": "Quality",
    "language": "Language",
}


@dataclass(frozen=True)
class Listing:
    """Papers under one heading, which may take several pages."""

    title: str
    description: str
    address: Address
    papers: Sequence[Paper]
    kicker: str
    channel: Channel | None = None
    category: Category | None = None
    hue: int = 0
    start_here: tuple[tuple[Paper, str], ...] = ()

    @property
    def has_exports(self) -> bool:
        """Whether its papers can be had as files: all papers, and those of every category."""
        return self.address == urls.PAPERS or self.category is not None


@dataclass(frozen=True)
class Leaf:
    """One page's number among those of its listing."""

    number: int
    count: int


@dataclass(frozen=True)
class Choice:
    """A value by which a listing can be narrowed: as addresses have it, as readers see it, and for how many papers."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class Filter:
    """What a listing can be narrowed by. A single choice is none: the list of it is empty then."""

    tags: Sequence[Choice]
    years: Sequence[Choice]
    venues: Sequence[Choice]
    with_code: int
    """For how many papers the code is published; 0 also when that tells none apart."""


def pages(desk: Desk) -> list[Artifact]:
    """All listings of a site."""
    listings = [_all_papers(desk), *_categories(desk), *_tags(desk), *_venues(desk), *_years(desk), *_authors(desk)]
    return [*(file for listing in listings for file in _leaves(desk, listing)), *_lists(desk)]


def _lists(desk: Desk) -> Iterator[Artifact]:
    """The pages that list the listings."""
    site = desk.site
    shelves = desk.shelves
    name = site.identity.name
    categories = PageHead("Categories", f"The {len(site.category)} categories of {name}.", "text")
    tags = PageHead("Tags", f"The {len(site.tags_in_use)} tags of {name}.", "text")
    venues = PageHead("Venues", f"The {len(shelves.venues)} conferences and journals of {name}.", "text")
    authors = PageHead("Authors", f"The {len(shelves.authors)} authors with several papers in {name}.", "text")
    years = PageHead("Years", f"The papers of {name} by the year in which they appeared.", "text")
    by_kind = {label: [tag for tag in site.tags_in_use if tag.kind == kind] for kind, label in TAG_KINDS.items()}
    yield desk.page(urls.CATEGORIES, categories, "categories.md.j2")
    yield desk.page(urls.TAGS, tags, "tags.md.j2", by_kind=by_kind)
    yield desk.page(urls.VENUES, venues, "venues.md.j2", shelves=shelves.venues)
    yield desk.page(urls.AUTHORS, authors, "authors.md.j2", by_letter=_by_letter(shelves.authors))
    yield desk.page(urls.YEARS, years, "years.md.j2", shelves=shelves.years)


def _by_letter(authors: Iterable[Shelf]) -> dict[str, list[Shelf]]:
    groups: dict[str, list[Shelf]] = {}
    for author in authors:
        groups.setdefault(family_first(author.title)[0][:1].upper(), []).append(author)
    return groups


def _all_papers(desk: Desk) -> Listing:
    site = desk.site
    description = "Every paper in the catalog, the latest added first."
    return Listing("All papers", description, urls.PAPERS, site.papers, "Catalog", channels.all_papers(site))


def _categories(desk: Desk) -> list[Listing]:
    site = desk.site
    return [
        Listing(
            category.title,
            category.description,
            urls.category(category.id),
            site.members[category.id],
            "Category",
            channels.of_category(site, category.id),
            category,
            site.hues[category.id],
            tuple((site.paper[start.paper], start.why) for start in category.start_here),
        )
        for category in site.catalog.categories
    ]


def _tags(desk: Desk) -> list[Listing]:
    site = desk.site
    return [
        Listing(
            tag.title,
            "",
            urls.tag(tag.id),
            site.tagged[tag.id],
            f"Tag · {TAG_KINDS[tag.kind]}",
            channels.of_tag(site, tag.id),
        )
        for tag in site.tags_with_a_page
    ]


def _venues(desk: Desk) -> Iterator[Listing]:
    for shelf in desk.shelves.venues:
        known = desk.site.venue.get(shelf.title)
        kicker = f"Venue · {known.kind.capitalize()}" if known else "Venue"
        yield Listing(shelf.title, shelf.note, shelf.address, shelf.papers, kicker)


def _years(desk: Desk) -> Iterator[Listing]:
    for shelf in desk.shelves.years:
        description = f"Papers that first appeared in {shelf.title}."
        yield Listing(shelf.title, description, shelf.address, shelf.papers, "Year")


def _authors(desk: Desk) -> Iterator[Listing]:
    for shelf in desk.shelves.authors:
        yield Listing(shelf.title, shelf.note, shelf.address, shelf.papers, "Author")


def _leaves(desk: Desk, listing: Listing) -> Iterator[Artifact]:
    size = desk.site.catalog.digest.pages.size
    count = max(1, ceil(len(listing.papers) / size))
    narrowed = _filter(desk, listing)
    for number in range(1, count + 1):
        cards = desk.cards(listing.papers[(number - 1) * size : number * size])
        here = urls.page_of(listing.address, number)
        head = _head(listing, number, count)
        yield desk.page(
            here, head, "listing.md.j2", listing=listing, leaf=Leaf(number, count), cards=cards, filter=narrowed
        )


def _head(listing: Listing, number: int, count: int) -> PageHead:
    title = listing.title if number == 1 else f"{listing.title}, page {number} of {count}"
    noun = "paper" if len(listing.papers) == 1 else "papers"
    fallback = f"{len(listing.papers)} {noun}: {listing.title}."
    description = text.shortened(text.plain(listing.description), 200) if listing.description else fallback
    feeds = (listing.channel,) if listing.channel else ()
    return PageHead(title, description, "listing", feeds=feeds, subject=listing.category)


def _filter(desk: Desk, listing: Listing) -> Filter:
    site = desk.site
    papers = listing.papers
    tags = Counter(tag for paper in papers for tag in paper.tags if urls.tag(tag) != listing.address)
    years = Counter(str(year) for paper in papers if (year := year_of(paper)))
    venues = Counter(urls.slug(paper.venue.name) for paper in papers if paper.venue)
    with_code = sum(desk.card(paper).has_code for paper in papers)
    return Filter(
        tags=[Choice(tag.id, tag.title, tags[tag.id]) for tag in site.tags_in_use if tag.id in tags],
        years=_several([Choice(year, year, years[year]) for year in sorted(years, reverse=True)]),
        venues=_several(
            [
                Choice(slug, shelf.title, venues[slug])
                for shelf in desk.shelves.venues
                if (slug := urls.slug(shelf.title)) in venues
            ]
        ),
        with_code=with_code if with_code < len(papers) else 0,
    )


def _several(choices: list[Choice]) -> list[Choice]:
    return choices if len(choices) > 1 else []
