"""The listings: all papers, the categories and tags, each paginated, and the tables of contents of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from generator import channels, text, urls
from generator.artifacts import Artifact
from generator.catalog.models import Paper
from generator.channels import Channel
from generator.pages.desk import Desk, PageHead
from generator.urls import Address

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
    hue: int = 0
    start_here: tuple[tuple[Paper, str], ...] = ()


@dataclass(frozen=True)
class Leaf:
    """One page's number among those of its listing."""

    number: int
    count: int


def pages(desk: Desk) -> list[Artifact]:
    """All listings of a site."""
    site = desk.site
    listings = [_all_papers(desk), *_categories(desk), *_tags(desk)]
    files = [file for listing in listings for file in _leaves(desk, listing)]
    categories = PageHead("Categories", f"The {len(site.category)} categories of {site.identity.name}.", "text")
    tags = PageHead("Tags", f"The {len(site.tags_in_use)} tags of {site.identity.name}.", "text")
    by_kind = {label: [tag for tag in site.tags_in_use if tag.kind == kind] for kind, label in TAG_KINDS.items()}
    files.append(desk.page(urls.CATEGORIES, categories, "categories.md.j2"))
    files.append(desk.page(urls.TAGS, tags, "tags.md.j2", by_kind=by_kind))
    return files


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
            site.hues[category.id],
            tuple((site.paper[start.paper], start.why) for start in category.start_here),
        )
        for category in site.catalog.categories
    ]


def _tags(desk: Desk) -> list[Listing]:
    site = desk.site
    return [
        Listing(tag.title, "", urls.tag(tag.id), site.tagged[tag.id], f"Tag · {TAG_KINDS[tag.kind]}")
        for tag in site.tags_with_a_page
    ]


def _leaves(desk: Desk, listing: Listing) -> list[Artifact]:
    size = desk.site.catalog.digest.pages.size
    count = max(1, ceil(len(listing.papers) / size))
    files = []
    for number in range(1, count + 1):
        leaf = Leaf(number, count)
        title = listing.title if number == 1 else f"{listing.title}, page {number} of {count}"
        noun = "paper" if len(listing.papers) == 1 else "papers"
        fallback = f"{len(listing.papers)} {noun}: {listing.title}."
        description = text.shortened(text.plain(listing.description), 200) if listing.description else fallback
        head = PageHead(title, description, "listing", feeds=(listing.channel,) if listing.channel else ())
        cards = desk.cards(listing.papers[(number - 1) * size : number * size])
        here = urls.page_of(listing.address, number)
        files.append(
            desk.page(
                here,
                head,
                "listing.md.j2",
                listing=listing,
                leaf=leaf,
                cards=cards,
            )
        )
    return files
