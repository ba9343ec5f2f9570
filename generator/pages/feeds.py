"""The page that lists, explains and links every feed."""

from __future__ import annotations

from generator import channels, urls
from generator.artifacts import Artifact
from generator.pages.desk import Desk, PageHead


def pages(desk: Desk) -> list[Artifact]:
    """The feeds page."""
    site = desk.site
    head = PageHead(
        "Feeds", f"Follow {site.identity.name} by RSS or Atom: all papers, one category, or the issues.", "text"
    )
    offered = channels.channels(site)
    return [desk.page(urls.FEEDS, head, "feeds.md.j2", main=offered[:2], categories=offered[2:])]
