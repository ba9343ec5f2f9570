"""What a reader can subscribe to: every feed's title, place and papers, for pages and feeds alike."""

from __future__ import annotations

from dataclasses import dataclass

from generator import urls
from generator.catalog.models import Paper
from generator.site import Site
from generator.urls import Address


@dataclass(frozen=True)
class Channel:
    """One thing to subscribe to. `papers` is None for the channel of issues."""

    identity: str
    title: str
    description: str
    listing: Address
    papers: tuple[Paper, ...] | None
    former: tuple[Address, ...] = ()
    """Where its listing stood before: feed readers still ask there."""

    @property
    def rss(self) -> Address:
        """The address of its RSS feed."""
        return urls.feed(self.listing, urls.RSS)

    @property
    def atom(self) -> Address:
        """The address of its Atom feed."""
        return urls.feed(self.listing, urls.ATOM)


def all_papers(site: Site) -> Channel:
    """The channel of all papers."""
    title = f"{site.identity.name}: all papers"
    return Channel("papers", title, site.identity.description, urls.HOME, _dated(site.papers))


def all_issues(site: Site) -> Channel:
    """The channel of issues."""
    title = f"{site.identity.name}: issues"
    description = f"Every issue of {site.identity.name}, with its intro and papers."
    return Channel("issues", title, description, urls.ISSUES, None)


def of_category(site: Site, category_id: str) -> Channel:
    """The channel of one category."""
    category = site.category[category_id]
    title = f"{site.identity.name}: {category.title}"
    papers = _dated(site.members[category_id])
    former = tuple(map(urls.category, category.aliases))
    return Channel(f"category:{category_id}", title, category.description, urls.category(category_id), papers, former)


def channels(site: Site) -> list[Channel]:
    """All channels: all papers, issues, then every category in its order."""
    return [all_papers(site), all_issues(site), *(of_category(site, category) for category in site.category)]


def _dated(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """The papers with a day on which they were added: the others are in no feed."""
    return tuple(paper for paper in papers if paper.added)
