"""RSS 2.0 and Atom 1.0 of all papers, of every category and of the issues."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator import channels, text, urls
from generator.artifacts import Artifact
from generator.channels import Channel
from generator.feeds import atom_and_rss
from generator.feeds.entries import Entry, Feed, issue_entry, paper_entry
from generator.render import html_environment
from generator.site import Site, midnight

FORMATS: tuple[tuple[str, Callable[[Feed, str], bytes]], ...] = (
    (channels.RSS, atom_and_rss.rss),
    (channels.ATOM, atom_and_rss.atom),
)


def feeds(site: Site) -> list[Artifact]:
    """All feeds of a site."""
    return [artifact for channel in channels.channels(site) for artifact in _formats(site, channel)]


def _formats(site: Site, channel: Channel) -> Iterator[Artifact]:
    entries = _entries(site, channel)
    feed = Feed(
        guid=urls.guid(site.catalog.digest.key, "feed", channel.identity),
        title=channel.title,
        description=text.plain(channel.description),
        page=urls.absolute(site.identity.url, channel.listing),
        language=site.identity.language,
        publisher=site.identity.name,
        updated=max((entry.updated for entry in entries), default=midnight(site.updated)),
        entries=tuple(entries),
    )
    for name, write in FORMATS:
        address = urls.feed(channel.listing, name)
        yield Artifact.doc(address, write(feed, urls.absolute(site.identity.url, address)))


def _entries(site: Site, channel: Channel) -> list[Entry]:
    limit = site.catalog.digest.feeds.size
    environment = html_environment(site.templates / "feed")
    if channel.papers is None:
        return [issue_entry(site, issue, environment) for issue in site.issues[:limit]]
    return [paper_entry(site, paper, environment) for paper in channel.papers[:limit]]
