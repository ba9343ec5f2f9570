"""The page that lists, explains and links every feed."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels


def pages(desk: Desk) -> list[Artifact]:
    """The feeds page."""
    name = desk.site.identity.name
    description = f"Follow {name} in a feed reader: everything, the issues, the news, one category, or one tag."
    head = PageHead("Feeds", description, "text", feeds=(channels.all_news(desk.site),))
    return [desk.page(urls.FEEDS, head, "feeds.md.j2", groups=channels.groups(desk.site))]
