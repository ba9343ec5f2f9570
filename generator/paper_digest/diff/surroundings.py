"""What is around the papers: categories, tags, venues, settings, hand-written pages and the site's identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from paper_digest.catalog.records import Record
from paper_digest.diff.fields import Delta, deltas, value_delta
from paper_digest.digest.config import CONFIG
from paper_digest.digest.identity import Identity
from paper_digest.digest.site import Site


@dataclass(frozen=True)
class Around:
    """Something that came (`+`), went (`-`) or changed (`~`): a kind of thing, its name, and what is different."""

    mark: str
    kind: str
    name: str
    deltas: tuple[Delta, ...] = ()


def compare(before: Site, after: Site, configs: tuple[bytes | None, bytes | None]) -> tuple[Around, ...]:
    """What changed around the papers between two states; `configs` are their mkdocs.yml as they stand."""
    return (
        *_records("category", before.category, after.category),
        *_records("tag", before.tag, after.tag),
        *_records("venue", before.venue, after.venue),
        *_settings(before, after),
        *_pages(before, after),
        *_identity(before.identity, after.identity, configs),
    )


def _records(kind: str, before: Mapping[str, Record], after: Mapping[str, Record]) -> Iterator[Around]:
    for key in (*after, *(key for key in before if key not in after)):
        if key not in before:
            yield Around("+", kind, key)
        elif key not in after:
            yield Around("-", kind, key)
        elif before[key] != after[key]:
            yield Around("~", kind, key, tuple(deltas(before[key], after[key])))
    if list(before) != list(after) and sorted(before) == sorted(after):
        yield Around("~", kind, "list", (Delta("order", remark="is another"),))


def _settings(before: Site, after: Site) -> Iterator[Around]:
    if before.catalog.digest != after.catalog.digest:
        yield Around("~", "settings", "digest", tuple(deltas(before.catalog.digest, after.catalog.digest)))


def _pages(before: Site, after: Site) -> Iterator[Around]:
    old = {page.stem: page.markdown for page in before.pages}
    new = {page.stem: page.markdown for page in after.pages}
    for stem in sorted({*old, *new}):
        if stem not in old or stem not in new:
            yield Around("+" if stem in new else "-", "page", stem)
        elif old[stem] != new[stem]:
            yield Around("~", "page", stem, (_lines(old[stem], new[stem]),))


def _lines(old: str, new: str) -> Delta:
    was, now = Counter(old.splitlines()), Counter(new.splitlines())
    return Delta("lines", remark=f"{(now - was).total()} added, {(was - now).total()} removed")


def _identity(before: Identity, after: Identity, configs: tuple[bytes | None, bytes | None]) -> Iterator[Around]:
    changed = tuple(
        value_delta(field.name, old, new)
        for field in fields(Identity)
        if (old := getattr(before, field.name)) != (new := getattr(after, field.name))
    )
    if changed:
        yield Around("~", "site", CONFIG, changed)
    elif configs[0] != configs[1]:
        yield Around("~", "site", CONFIG, (Delta("file", remark="says something else: see what"),))
