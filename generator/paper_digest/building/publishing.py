"""What publishing promises to readers, as the ledger holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from paper_digest.catalog.catalog import Catalog
from paper_digest.catalog.promises import PARTS, Ledger, Promise, promises_of
from paper_digest.catalog.records import record_data


def promised(catalog: Catalog) -> Ledger:
    """What publishing a catalog promises to its readers."""
    return promises_of(catalog.digest.key, catalog.papers, catalog.issues, catalog.categories, catalog.tags)


def extended(old: Ledger | None, new: Ledger) -> Ledger:
    """The ledger after publishing: what was promised before stays in it, whatever became of it."""
    parts = {name: (old.part(name) if old else {}) | new.part(name) for name in PARTS}
    return Ledger(key=new.key, **parts)


def as_json(ledger: Ledger) -> str:
    """The text of the ledger's file: a line for each promise, sorted, so that a diff is short."""
    parts = [f' "{name}": {_as_lines(ledger.part(name))}' for name in PARTS]
    return "{\n" + ",\n".join([f' "key": "{ledger.key}"', *parts]) + "\n}\n"


def _as_lines(promises: Mapping[str, Promise]) -> str:
    lines = [f"  {json.dumps(name)}: {json.dumps(record_data(promises[name]))}" for name in sorted(promises)]
    return "{\n" + ",\n".join(lines) + "\n }" if lines else "{}"
