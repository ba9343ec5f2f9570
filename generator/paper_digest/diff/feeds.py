"""What subscribers get: the entries of every feed before and now, compared by GUID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from paper_digest.digest.site import Site
from paper_digest.outputs.feeds import entries_of, guids
from paper_digest.outputs.feeds.entries import Entry
from paper_digest.shown.channels import Channel, Content, channels


class Kind(StrEnum):
    """What happens to an entry, in the words of a sentence about several."""

    APPEARS = "appear"
    UPDATED = "are updated"
    SILENT = "change silently"
    LEAVES = "leave"


@dataclass(frozen=True)
class Event:
    """What happens to one entry, in which feeds, and why, where that is not plain."""

    kind: Kind
    title: str
    feeds: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class FeedChanges:
    """What happens in the feeds. `begun` and `ended` are feeds that only one of the states has."""

    events: tuple[Event, ...]
    begun: tuple[Channel, ...]
    ended: tuple[Channel, ...]

    def count(self, kind: Kind) -> int:
        """How often something happens to an entry in a feed."""
        return sum(len(event.feeds) for event in self.events if event.kind is kind)


def compare(before: Site, after: Site) -> FeedChanges:
    """What happens in the feeds between two states. Both are shown by the same templates."""
    old = {channel.identity: channel for channel in channels(before)}
    new = {channel.identity: channel for channel in channels(after)}
    feeds: defaultdict[tuple[Kind, str, str, str], list[str]] = defaultdict(list)
    for identity, channel in new.items():
        if identity in old:
            for kind, entry, why in _events(before, old[identity], after, channel):
                feeds[kind, entry.guid, entry.title, why].append(name(after, channel))
    events = (Event(kind, title, tuple(names), why) for (kind, _, title, why), names in feeds.items())
    return FeedChanges(
        events=tuple(sorted(events, key=lambda event: list(Kind).index(event.kind))),
        begun=tuple(channel for identity, channel in new.items() if identity not in old),
        ended=tuple(channel for identity, channel in old.items() if identity not in new),
    )


def name(site: Site, channel: Channel) -> str:
    """A feed's name without that of the site."""
    return channel.title.removeprefix(f"{site.identity.name}: ")


def _events(before: Site, old: Channel, after: Site, new: Channel) -> Iterator[tuple[Kind, Entry, str]]:
    had = {entry.guid: entry for entry in entries_of(before, old)}
    has = {entry.guid: entry for entry in entries_of(after, new)}
    knew, knows = _members(before, old), _members(after, new)
    for guid, entry in has.items():
        if guid not in had:
            yield Kind.APPEARS, entry, "old ones that move up into the feed" if guid in knew else ""
        elif entry.updated != had[guid].updated:
            yield Kind.UPDATED, entry, ""
        elif entry != had[guid]:
            yield Kind.SILENT, entry, "as an issue's entry always does" if new.content is Content.ISSUES else ""
    for guid, entry in had.items():
        if guid not in has:
            yield Kind.LEAVES, entry, "older ones that give way" if guid in knows else ""


def _members(site: Site, channel: Channel) -> set[str]:
    """The GUIDs of everything that a channel is about, whether or not its feed has room for it."""
    return set(guids(site, channel))
