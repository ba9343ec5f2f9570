"""RSS 2.0 and Atom 1.0 of all papers, of every category and of the issues."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator import channels, text, urls
from generator.artifacts import Artifact
from generator.catalog.models import GoneKind
from generator.channels import Channel
from generator.feeds import atom_and_rss
from generator.feeds.entries import Entry, Feed, issue_entry, last_feed, paper_entry
from generator.render import html_environment
from generator.site import Site, midnight
from generator.urls import Address

FORMATS: tuple[tuple[str, Callable[[Feed, str], bytes]], ...] = (
    (urls.RSS, atom_and_rss.rss),
    (urls.ATOM, atom_and_rss.atom),
)


def feeds(site: Site) -> list[Artifact]:
    """All feeds of a site."""
    living = (artifact for channel in channels.channels(site) for artifact in _formats(site, channel))
    return [*living, *_ended(site)]


def _ended(site: Site) -> Iterator[Artifact]:
    """The feeds of categories that were removed: their readers are told, instead of asking in vain for ever."""
    for gone in site.catalog.gone:
        if gone.kind is GoneKind.CATEGORY:
            yield from _written(site, last_feed(site, gone), urls.category(gone.id), urls.category(gone.id))


def _formats(site: Site, channel: Channel) -> Iterator[Artifact]:
    entries = entries_of(site, channel)
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
    for listing in (channel.listing, *channel.former):
        yield from _written(site, feed, listing, channel.listing)


def _written(site: Site, feed: Feed, place: Address, listing: Address) -> Iterator[Artifact]:
    """A feed in every format, at a listing that may be a former one; it names the present one as its own."""
    for name, write in FORMATS:
        own = urls.absolute(site.identity.url, urls.feed(listing, name))
        yield Artifact.doc(urls.feed(place, name), write(feed, own))


def entries_of(site: Site, channel: Channel) -> list[Entry]:
    """What the feeds of a channel hold, the latest first, whatever their format."""
    limit = site.catalog.digest.feeds.size
    environment = html_environment(site.templates / "feed")
    if channel.papers is None:
        return [issue_entry(site, issue, environment) for issue in site.issues[:limit]]
    return [paper_entry(site, paper, environment) for paper in channel.papers[:limit]]
