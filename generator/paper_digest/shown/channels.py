"""What a reader can subscribe to: every feed's title, place and content, for pages and feeds alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from paper_digest import urls
from paper_digest.catalog.records import Paper, is_identifier
from paper_digest.digest.site import Site
from paper_digest.urls import Address


class Content(Enum):
    """What the entries of a channel are."""

    PAPERS = auto()
    ISSUES = auto()
    NEWS = auto()
    TRENDING = auto()


@dataclass(frozen=True)
class Channel:
    """One thing to subscribe to. `papers` is empty where the entries are something else."""

    identity: str
    title: str
    description: str
    listing: Address
    papers: tuple[Paper, ...] = ()
    content: Content = Content.PAPERS
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

    @property
    def json(self) -> Address:
        """The address of its JSON feed."""
        return urls.feed(self.listing, urls.JSON_FEED)

    @property
    def has_archive(self) -> bool:
        """Whether what its feed has no room for stands in an archive.

        That of a tag is in those of all papers and of categories; what trended is forgotten after some weeks.
        """
        return self.content is not Content.TRENDING and not self.identity.startswith("tag:")

    @property
    def page(self) -> Address:
        """The page that shows what the channel tells."""
        return urls.PAPERS if self.listing == urls.HOME else self.listing


def all_papers(site: Site) -> Channel:
    """The channel of all papers."""
    return Channel("papers", _title(site, "all papers"), site.identity.description, urls.HOME, _dated(site.papers))


def all_issues(site: Site) -> Channel:
    """The channel of issues."""
    description = f"Every issue of {site.identity.name}, with its intro and papers."
    return Channel("issues", _title(site, "issues"), description, urls.ISSUES, content=Content.ISSUES)


def all_news(site: Site) -> Channel:
    """The channel of what happens to papers after they were added."""
    description = f"Corrections, retractions and publications of papers in {site.identity.name}."
    return Channel("news", _title(site, "news of papers"), description, urls.NEWS, content=Content.NEWS)


def all_trending(site: Site) -> Channel:
    """The channel of papers that come among the first of a week."""
    description = f"Papers of {site.identity.name} that gain stars, upvotes and citations: each once a week at most."
    return Channel("trending", _title(site, "trending papers"), description, urls.TRENDING, content=Content.TRENDING)


def of_category(site: Site, category_id: str) -> Channel:
    """The channel of one category."""
    category = site.category[category_id]
    papers = _dated(site.members[category_id])
    return Channel(
        identity=f"category:{category_id}",
        title=_title(site, category.title),
        description=category.description,
        listing=urls.category(category_id),
        papers=papers,
        former=tuple(map(urls.category, category.aliases)),
    )


def of_tag(site: Site, tag_id: str) -> Channel | None:
    """The channel of one tag, if it has one."""
    tag = site.tag[tag_id]
    if tag not in site.tags_with_a_feed:
        return None
    former = (alias for alias in tag.aliases if is_identifier(alias) and alias not in site.tag)
    return Channel(
        identity=f"tag:{tag_id}",
        title=_title(site, tag.title),
        description=f"Papers of {site.identity.name} with the tag {tag.title}.",
        listing=urls.tag(tag_id),
        papers=_dated(site.tagged[tag_id]),
        former=tuple(map(urls.tag, former)),
    )


@dataclass(frozen=True)
class Group:
    """Channels under one heading."""

    title: str
    channels: tuple[Channel, ...]


def groups(site: Site) -> tuple[Group, ...]:
    """All channels: those of everything, then every category in its order, then tags by title."""
    return (
        Group("Everything", (all_papers(site), all_issues(site), all_trending(site), all_news(site))),
        Group("Categories", tuple(of_category(site, category) for category in site.category)),
        Group("Tags", tuple(_of_tags(site))),
    )


def channels(site: Site) -> list[Channel]:
    """All channels, in the order of their groups."""
    return [channel for group in groups(site) for channel in group.channels]


def _of_tags(site: Site) -> Iterator[Channel]:
    found = (of_tag(site, tag.id) for tag in site.tags_with_a_feed)
    return (channel for channel in found if channel)


def _title(site: Site, what: str) -> str:
    return f"{site.identity.name}: {what}"


def _dated(papers: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """The papers with a day on which they were added: the others are in no feed."""
    return tuple(paper for paper in papers if paper.added)
