"""The ledger of what readers rely on: every published id, with its address, GUID and feeds.

It is written when a site is published and never shrinks. `check` compares the catalog with it: what was published may
move, with an alias, or end, with a notice in content/gone.yaml, but not vanish.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import Field

from paper_digest import urls
from paper_digest.catalog import sent
from paper_digest.catalog.files import CONTENT
from paper_digest.catalog.located import Located, Names, Shelf
from paper_digest.catalog.records import (
    Category,
    Day,
    GoneKind,
    Issue,
    Key,
    Paper,
    Record,
    Tag,
    is_identifier,
    record_data,
)
from paper_digest.problems import Problem, Severity, SourceRef
from paper_digest.urls import Address

LEDGER = "published"
FILE = f"{CONTENT}/{LEDGER}.json"
GONE_FILE = f"{CONTENT}/gone.yaml"
TOLD_TO_READERS = frozenset({"title", "authors", "abstract", "arxiv", "doi", "venue", "links", "status", "news"})
"""The keys whose change is news to those who read the paper before."""

PAPERS_OF_A_TAGS_FEED = 5
"""So many papers a tag has that has a feed of its own."""

_FEEDS = {"papers": urls.HOME, "issues": urls.ISSUES, "news": urls.NEWS, "trending": urls.TRENDING}
PARTS = ("papers", "issues", "categories", "tags", "feeds")


class Promise(Record):
    """What readers of one published thing rely on."""

    address: str
    """Where it stands on the site."""
    guid: str | None = None
    """Its identity in feeds, or that of its own feed."""
    feeds: tuple[str, ...] = ()
    """The addresses of its feeds."""
    content: str | None = None
    """A fingerprint of what readers are told of a paper, or of an issue as it is online."""
    updated: Day | None = None
    """The paper's `updated` at that time."""


class Ledger(Record):
    """Everything that was published, by kind and id. `key` is that of the digest."""

    key: Key
    """The key of the digest that was published."""
    papers: dict[str, Promise] = Field(default_factory=dict)
    """By id."""
    issues: dict[str, Promise] = Field(default_factory=dict)
    """By date."""
    categories: dict[str, Promise] = Field(default_factory=dict)
    """By id."""
    tags: dict[str, Promise] = Field(default_factory=dict)
    """By id."""
    feeds: dict[str, Promise] = Field(default_factory=dict)
    """The feeds of the whole site."""

    def part(self, name: str) -> dict[str, Promise]:
        """The promises of one kind."""
        return dict(getattr(self, name))


def promises_of(
    key: UUID, papers: Sequence[Paper], issues: Sequence[Issue], categories: Sequence[Category], tags: Sequence[Tag]
) -> Ledger:
    """What is promised of all that has an id, whether it makes a whole catalog or not."""
    used = Counter(tag for paper in papers for tag in paper.tags)
    return Ledger(
        key=key,
        papers={paper.id: _paper(key, paper) for paper in papers},
        issues={issue.key: _issue(key, issue) for issue in issues},
        categories={each.id: _listing(key, urls.category(each.id), f"category:{each.id}") for each in categories},
        tags={each.id: _tag(key, each.id, used[each.id]) for each in tags if each.id in used},
        feeds={name: _listing(key, address, name) for name, address in _FEEDS.items()},
    )


def _guid(key: UUID, kind: str, identity: str) -> str:
    return urls.guid(key, kind, identity)


def _promise(address: Address, guid: str | None = None) -> Promise:
    return Promise(address=address, guid=guid)


def _issue(key: UUID, issue: Issue) -> Promise:
    return Promise(address=urls.issue(issue.key), guid=_guid(key, "issue", issue.key), content=sent.fingerprint(issue))


def _listing(key: UUID, address: Address, identity: str) -> Promise:
    feeds = tuple(urls.feed(address, name) for name in urls.FEED_NAMES)
    return Promise(address=address, guid=_guid(key, "feed", identity), feeds=feeds)


def _tag(key: UUID, tag_id: str, papers: int) -> Promise:
    """A tag has a feed from some papers on. Once promised, it stays."""
    address = urls.tag(tag_id)
    return _listing(key, address, f"tag:{tag_id}") if papers >= PAPERS_OF_A_TAGS_FEED else _promise(address)


def _paper(key: UUID, paper: Paper) -> Promise:
    return Promise(
        address=urls.paper(paper.id),
        guid=_guid(key, "paper", paper.id),
        content=fingerprint(paper),
        updated=paper.updated,
    )


def fingerprint(paper: Paper) -> str:
    """A short sum of what readers are told of a paper, its names settled; it changes when that does."""
    data = record_data(paper)
    told = json.dumps({name: data.get(name) for name in sorted(TOLD_TO_READERS)}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


# ---- promises kept ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """How one kind of published thing lives on: under its id, a former id, or as a notice."""

    part: str
    kind: GoneKind
    present: frozenset[str]
    former: frozenset[str]
    remedy: str


def broken_promises(ledger: Located[Ledger], shelf: Shelf, key: UUID) -> Iterator[Problem]:
    """Problems of what was published and vanished or changed its identity; doubts about what changed in silence."""
    if ledger.record.key != key:
        what = f"the ledger is that of another digest, whose key is {ledger.record.key}"
        remedy = f"write that key in {CONTENT}/digest.yaml again; in a digest of your own, delete {FILE}"
        yield Problem(ledger.ref("key"), what, remedy)
        return
    names = Names(shelf)
    fingerprints = {fingerprint(names.settle(item.record)): item for item in shelf.papers}
    for kind in _kinds(shelf):
        yield from _vanished(ledger, shelf, kind, fingerprints)
    yield from _changed(ledger, shelf)
    yield from _changed_in_silence(ledger, fingerprints)


def taken_back(before: Ledger | None, after: Ledger | None) -> Iterator[Problem]:
    """Problems of promises that an earlier ledger holds and a later one does not: it never shrinks."""
    if before is None or (after is not None and after.key != before.key):
        return
    for part in PARTS:
        kept = after.part(part) if after else {}
        lost = sorted(name for name in before.part(part) if name not in kept)
        if lost:
            shown = ", ".join(f"`{name}`" for name in lost[:5]) + (", …" if len(lost) > 5 else "")
            what = f"{len(lost):,} promises to readers of {part} were taken out of the ledger: {shown}"
            yield Problem(SourceRef(FILE), what, f"bring {FILE} back as it was: only publishing writes it")


def missing_of_sent(ledger: Located[Ledger], sent: Iterable[str], key: UUID) -> Iterator[Problem]:
    """Problems of a ledger that knows nothing of issues that were sent: letters lead to their pages."""
    lost = sorted(set(sent) - ledger.record.issues.keys())
    if ledger.record.key == key and lost and not ledger.record.issues:
        what = f"the ledger holds no issue, and that of {lost[-1]} was sent: promises were taken out of it"
        yield Problem(ledger.ref(), what, f"bring {FILE} back from the repository's history")


def _kinds(shelf: Shelf) -> Iterator[_Kind]:
    papers, categories, tags = ([item.record for item in part] for part in (shelf.papers, shelf.categories, shelf.tags))
    notice = f"or say in {GONE_FILE} why it went: - {{kind: %s, id: %s, date: …, reason: …}}"
    alias = "restore it; if it has a new id, write `aliases: [%s]` there; "
    yield _Kind("papers", GoneKind.PAPER, _ids(papers), _aliases(papers), alias + notice)
    yield _Kind("categories", GoneKind.CATEGORY, _ids(categories), _aliases(categories), alias + notice)
    yield _Kind("tags", GoneKind.TAG, _ids(tags), _aliases(tags), alias + notice)
    issues = frozenset(item.record.key for item in shelf.issues)
    yield _Kind("issues", GoneKind.ISSUE, issues, frozenset(), f"restore {CONTENT}/issues/%s.yaml; " + notice)


def _ids(records: Iterable[Any]) -> frozenset[str]:
    return frozenset(record.id for record in records)


def _aliases(records: Iterable[Any]) -> frozenset[str]:
    return frozenset(alias for record in records for alias in record.aliases if is_identifier(alias))


Fingerprints = Mapping[str, "Located[Paper]"]


def _vanished(ledger: Located[Ledger], shelf: Shelf, kind: _Kind, fingerprints: Fingerprints) -> Iterator[Problem]:
    if kind.part in shelf.broken:
        return
    told = {item.record.id for item in shelf.gone if item.record.kind is kind.kind}
    for name, promise in ledger.record.part(kind.part).items():
        if name not in kind.present | kind.former | told:
            ref = ledger.ref(kind.part, name, key=True)
            what = f"the published {kind.kind} `{name}` has vanished, and readers rely on {promise.address}"
            remedy = _renamed(promise, name, fingerprints) or kind.remedy % (name, str(kind.kind), name)
            yield Problem(ref, what, remedy)


def _renamed(promise: Promise, name: str, fingerprints: Fingerprints) -> str | None:
    """The remedy when a paper that says the same stands under another id."""
    item = fingerprints.get(promise.content or "")
    if item is None:
        return None
    return f"it seems to be `{item.record.id}` now: write `aliases: [{name}]` in {item.source.path}"


def _changed(ledger: Located[Ledger], shelf: Shelf) -> Iterator[Problem]:
    """Addresses and identities are made from key and id alone: only a change of the program can change them."""
    papers, issues, categories, tags = (
        [item.record for item in part] for part in (shelf.papers, shelf.issues, shelf.categories, shelf.tags)
    )
    now = promises_of(ledger.record.key, papers, issues, categories, tags)  # type: ignore[arg-type]  # each list is of one kind
    for part in PARTS:
        promises = now.part(part)
        for name, before in ledger.record.part(part).items():
            after = promises.get(name)
            for field in ("address", "guid", "feeds"):
                if after and not _is_kept(getattr(before, field), getattr(after, field)):
                    what = f"what was promised of `{name}` is not kept: its {field} would change"
                    yield Problem(ledger.ref(part, name, field), what, f"restore {FILE}, or how the program makes it")


def _is_kept(before: str | tuple[str, ...] | None, after: str | tuple[str, ...] | None) -> bool:
    """Whether what was promised still holds. More may be promised; and what a tag has no longer, its feed still has."""
    if not before or not after:
        return True
    return set(before) <= set(after) if isinstance(before, tuple) else before == after


def _changed_in_silence(ledger: Located[Ledger], fingerprints: Fingerprints) -> Iterator[Problem]:
    for content, item in fingerprints.items():
        before = ledger.record.papers.get(item.record.id)
        if before is None or before.content is None or item.faulty:
            continue
        if item.record.updated == before.updated and content != before.content:
            what = "the paper has changed since it was published, and `updated` has not"
            remedy = "write `updated:` with the day of the change, unless readers need not hear of it"
            yield Problem(_place_of_date(item), what, remedy, Severity.WARNING)


def _place_of_date(item: Located[Paper]) -> SourceRef:
    return item.ref("updated") if item.record.updated else item.ref("title")
