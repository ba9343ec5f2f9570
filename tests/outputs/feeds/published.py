"""A site's feeds as they are published, and what its catalog says that they must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from paper_digest import urls
from paper_digest.catalog.records import Issue, Paper
from paper_digest.digest.site import Site, midnight
from paper_digest.outputs.feeds.archives import parts
from paper_digest.outputs.feeds.subjects import Happening, Subject, guid_of, subjects_of
from paper_digest.shown import channels
from paper_digest.shown.channels import Channel
from paper_digest.shown.trending import Arrival
from paper_digest.words import text

LABELS = {"published": "Published", "corrected": "Corrected", "retracted": "Retracted", "note": "Note"}
STATUS = {"corrected": "Corrected", "retracted": "Retracted", "withdrawn": "Withdrawn"}


@dataclass(frozen=True)
class Told:
    """An entry, as a reader of feeds tells it."""

    guid: str
    title: str
    link: str
    authors: tuple[str, ...]
    published: datetime
    updated: datetime | None


def documents(site: Site) -> Iterator[tuple[Channel, str, list[Subject]]]:
    """Every document of every channel: the channel, the address without the file's name, and what is in it."""
    size = site.catalog.digest.feeds.size
    for channel in channels.channels(site):
        for part in parts(subjects_of(site, channel), size, has_archive=channel.has_archive):
            folder = channel.listing if part.number is None else f"{channel.listing}archive/{part.number}/"
            yield channel, folder, list(part.subjects)


def elsewhere(site: Site) -> set[str]:
    """The folders of feeds that no channel has: those at former addresses, and of what has ended."""
    former = {str(place) for channel in channels.channels(site) for place in channel.former}
    ended = {gone.id for gone in site.catalog.gone}
    return former | {str(place) for each in ended for place in (urls.category(each), urls.tag(each))}


def expected(site: Site, subject: Subject) -> Told:
    """What the catalog says of a paper, an issue, something that happened, or a paper that trends."""
    if isinstance(subject, Paper):
        assert subject.added is not None
        status = f"{STATUS[subject.status]}: " if subject.status in STATUS else ""
        title, page = f"{status}{text.plain(subject.title)}", urls.paper(subject.id)
        authors = tuple(author.name for author in subject.authors)
        published, updated = midnight(subject.added), midnight(max(subject.added, subject.updated or subject.added))
    elif isinstance(subject, Issue):
        title, page = f"No. {subject.number}: {text.plain(subject.title)}", urls.issue(subject.key)
        authors, published, updated = (site.identity.name,), midnight(subject.date), midnight(subject.date)
    elif isinstance(subject, Arrival):
        title = f"{text.plain(subject.paper.title)} ({subject.why})"
        page, authors = urls.paper(subject.paper.id), tuple(author.name for author in subject.paper.authors)
        published = updated = midnight(subject.since)
    else:
        assert isinstance(subject, Happening)
        title = f"{LABELS[subject.news.kind]}: {text.plain(subject.paper.title)}"
        page, authors = urls.paper(subject.paper.id), tuple(author.name for author in subject.paper.authors)
        published = updated = midnight(subject.news.date)
    link = urls.absolute(site.identity.url, page)
    return Told(guid_of(site, subject), " ".join(title.split()), link, authors, published, updated)


def files(outputs: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The documents of one format, by their folder, those at former addresses and of what has ended too."""
    ending = f"/{name}"
    return {
        path.removeprefix("docs/").removesuffix(name): content
        for path, content in outputs.items()
        if path.startswith("docs/") and path.endswith(ending)
    }
