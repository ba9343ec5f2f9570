"""The site's pages as Markdown files. Each kind is one function from the Site to its artifacts."""

from __future__ import annotations

from collections.abc import Callable

from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages import (
    feeds,
    fields,
    former,
    hand_written,
    home,
    issues,
    listings,
    news,
    papers,
    reading_list,
    scripts,
    subscribe,
    trending,
    trends,
)
from paper_digest.outputs.pages.desk import Desk

KINDS: tuple[Callable[[Desk], list[Artifact]], ...] = (
    home.pages,
    papers.pages,
    listings.pages,
    issues.pages,
    news.pages,
    feeds.pages,
    subscribe.pages,
    fields.pages,
    trends.pages,
    trending.pages,
    reading_list.pages,
    scripts.pages,
    former.pages,
    hand_written.pages,
)


def pages(site: Site) -> list[Artifact]:
    """All pages of a site."""
    desk = Desk(site)
    return [artifact for kind in KINDS for artifact in kind(desk)]
