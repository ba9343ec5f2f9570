"""Home: the promise, the latest issue, what is new, the categories, and how to subscribe."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import structured
from paper_digest.shown.trending import Window, trending
from paper_digest.words import prose

NEW_PAPERS = 6
LEAD_PAPERS = 4
TRENDING_PAPERS = 3


def pages(desk: Desk) -> list[Artifact]:
    """The home page."""
    site = desk.site
    tagline = site.catalog.digest.tagline or site.identity.description
    latest = site.issues[0] if site.issues else None
    trends = trending(site, site.catalog.metrics, Window.WEEK)[:TRENDING_PAPERS]
    in_latest = {entry.paper for entry in latest.entries} if latest else set()
    return [
        desk.page(
            urls.HOME,
            PageHead(
                site.identity.name,
                site.identity.description,
                "home",
                structured=structured.script(structured.website(site)),
            ),
            "home.md.j2",
            tagline=tagline,
            latest=latest,
            latest_intro=prose.paragraphs(latest.intro)[0] if latest else "",
            lead=[(desk.card(site.paper[entry.paper]), entry.reason) for entry in latest.entries[:LEAD_PAPERS]]
            if latest
            else [],
            trending=[(desk.card(trend.paper), trend.why) for trend in trends],
            new=desk.cards([paper for paper in site.papers if paper.id not in in_latest][:NEW_PAPERS]),
        )
    ]
