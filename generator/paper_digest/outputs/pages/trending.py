"""What is trending, by the day, the week and the month: a page for each, and the newest papers where nothing grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from paper_digest import urls
from paper_digest.catalog.snapshots import Snapshot
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import channels
from paper_digest.shown.cards import Card, shown_day
from paper_digest.shown.trending import Trend, Trending, Window
from paper_digest.urls import Address

ADDRESSES = {
    Window.DAY: Address(f"{urls.TRENDING}day/"),
    Window.WEEK: urls.TRENDING,
    Window.MONTH: Address(f"{urls.TRENDING}month/"),
}
NEWEST = 10
"""How many of the newest papers stand where nothing grew."""


@dataclass(frozen=True)
class Measured:
    """Of which days a page tells: the first and the last of its window, and how many days were counted in all."""

    first: str
    last: str
    days: int
    began: str | None
    """The day of the first snapshot, when that lies within the window: of what was before, nothing is known."""


def pages(desk: Desk, snapshots: Sequence[Snapshot] | None = None) -> list[Artifact]:
    """The pages of a site's trends; of other snapshots than its own when they are given."""
    trending = Trending(desk.site, desk.site.catalog.metrics if snapshots is None else snapshots)
    return [_page(desk, trending, window) for window in Window]


def _page(desk: Desk, trending: Trending, window: Window) -> Artifact:
    size = desk.site.catalog.digest.pages.size
    trends = trending.within(window)
    feeds = (channels.all_trending(desk.site),)
    head = PageHead(f"Trending {window.words}", _description(desk, window), "trending", feeds=feeds)
    return desk.page(
        ADDRESSES[window],
        head,
        "trending.md.j2",
        window=window,
        addresses=ADDRESSES,
        measured=_measured(trending, window) if trending.compares else None,
        cards=[_card(desk, trend) for trend in trends[:size]],
        newest=[] if trends else desk.cards(desk.site.papers[:NEWEST]),
    )


def _description(desk: Desk, window: Window) -> str:
    return f"The papers of {desk.site.identity.name} that gained stars, upvotes and citations {window.words}."


def _card(desk: Desk, trend: Trend) -> Card:
    """The paper's card, with what it gained as the reason why it is here."""
    return replace(desk.card(trend.paper), reason=trend.why)


def _measured(trending: Trending, window: Window) -> Measured:
    days = trending.days
    start = days[-1] - timedelta(days=window.days)
    began = shown_day(days[0]) if days[0] > start else None
    return Measured(_shown(start, days[-1]), shown_day(days[-1]), len(days), began)


def _shown(start: date, end: date) -> str:
    """A day in full, without its year when that of another day is told beside it."""
    return shown_day(start) if start.year != end.year else shown_day(start).removesuffix(f" {start.year}")
