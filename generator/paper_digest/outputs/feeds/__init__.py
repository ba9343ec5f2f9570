"""RSS 2.0, Atom 1.0 and JSON Feed 1.1 of everything that can be subscribed to, and the list of them all as OPML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from jinja2 import Environment

from paper_digest import urls
from paper_digest.catalog.records import GoneKind
from paper_digest.digest.site import Site, midnight
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.feeds import atom_and_rss, json_feed, opml
from paper_digest.outputs.feeds.archives import Part, parts
from paper_digest.outputs.feeds.entries import Entry, Feed, Links, last_feed
from paper_digest.outputs.feeds.subjects import Subject, entry_of, guid_of, subjects_of
from paper_digest.outputs.theme import html_environment
from paper_digest.shown import channels
from paper_digest.shown.channels import Channel
from paper_digest.urls import Address
from paper_digest.words import text

FORMATS: tuple[tuple[str, Callable[[Feed, Links], bytes]], ...] = (
    (urls.RSS, atom_and_rss.rss),
    (urls.ATOM, atom_and_rss.atom),
    (urls.JSON_FEED, json_feed.written),
)
MOST_CONTENT = 900_000
"""So many bytes of content one document has: readers refuse those above a megabyte."""


def feeds(site: Site) -> list[Artifact]:
    """All feeds of a site, and their list."""
    living = (artifact for channel in channels.channels(site) for artifact in _documents(site, channel))
    return [*living, *_ended(site), Artifact.doc(urls.OPML, opml.written(site))]


def entries_of(site: Site, channel: Channel) -> list[Entry]:
    """What the feeds of a channel hold, the latest first, whatever their format; their archives are not among it."""
    live, *_ = _parts(site, channel)
    return _entries(site, live.subjects, _environment(site))


def guids(site: Site, channel: Channel) -> list[str]:
    """The GUIDs of all that a channel is about, whether or not its feed has room for it."""
    return [guid_of(site, subject) for subject in subjects_of(site, channel)]


def _environment(site: Site) -> Environment:
    return html_environment(site.templates / "feed")


def _parts(site: Site, channel: Channel) -> list[Part[Subject]]:
    """What is live, then the archive, if the channel has one."""
    return parts(subjects_of(site, channel), site.catalog.digest.feeds.size, has_archive=channel.has_archive)


def _documents(site: Site, channel: Channel) -> Iterator[Artifact]:
    environment = _environment(site)
    for part in _parts(site, channel):
        feed = _feed(site, channel, _entries(site, part.subjects, environment))
        for listing in (channel.listing, *channel.former):
            yield from _written(site, feed, part, listing, channel.listing)


def _feed(site: Site, channel: Channel, entries: Sequence[Entry]) -> Feed:
    return Feed(
        guid=urls.guid(site.catalog.digest.key, "feed", channel.identity),
        title=channel.title,
        description=text.plain(channel.description),
        page=urls.absolute(site.identity.url, channel.page),
        language=site.identity.language,
        publisher=site.identity.name,
        updated=max((entry.updated for entry in entries), default=midnight(site.updated)),
        entries=tuple(entries),
    )


def _entries(site: Site, subjects: Sequence[Subject], environment: Environment) -> list[Entry]:
    """The entries of one document. When they would be too much for readers, the later ones say their summary alone."""
    entries = []
    room = MOST_CONTENT
    for subject in subjects:
        entry = entry_of(site, subject, environment)
        room -= len(entry.content.encode())
        entries.append(entry if room >= 0 else entry.shortened())
    return entries


def _written(site: Site, feed: Feed, part: Part[Subject], place: Address, listing: Address) -> Iterator[Artifact]:
    """A document in every format, at a listing that may be a former one; it names the present one as its own."""
    for name, write in FORMATS:
        yield Artifact.doc(_address(place, part.number, name), write(feed, _links(site, part, listing, name)))


def _links(site: Site, part: Part[Subject], listing: Address, name: str) -> Links:
    def absolute(number: int | None) -> str:
        return urls.absolute(site.identity.url, _address(listing, number, name))

    return Links(
        own=absolute(part.number),
        current=None if part.number is None else absolute(None),
        previous=absolute(part.previous) if part.previous else None,
        following=absolute(part.following) if part.following else None,
    )


def _address(listing: Address, number: int | None, name: str) -> Address:
    return urls.feed(listing, name) if number is None else urls.feed_archive(listing, number, name)


def _ended(site: Site) -> Iterator[Artifact]:
    """The feeds of what was removed: their readers are told, instead of asking in vain for ever."""
    tags = site.catalog.ledger.tags if site.catalog.ledger else {}
    for gone in site.catalog.gone:
        had_a_feed = gone.kind is GoneKind.TAG and gone.id in tags and tags[gone.id].feeds
        if gone.kind is GoneKind.CATEGORY or had_a_feed:
            place = urls.category(gone.id) if gone.kind is GoneKind.CATEGORY else urls.tag(gone.id)
            yield from _written(site, last_feed(site, gone, place), Part(()), place, place)
