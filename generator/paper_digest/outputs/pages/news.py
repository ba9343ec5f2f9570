"""What happened to papers after they were added: corrections, retractions, publications."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels
from paper_digest.shown.cards import NEWS_LABELS


def pages(desk: Desk) -> list[Artifact]:
    """The page of news."""
    site = desk.site
    channel = channels.all_news(site)
    head = PageHead("News of papers", channel.description, "text", feeds=(channel,))
    told = [(desk.card(paper), news, NEWS_LABELS[news.kind]) for paper, news in site.news]
    return [desk.page(urls.NEWS, head, "news.md.j2", channel=channel, told=told)]
