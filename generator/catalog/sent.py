"""Which issues were sent, as the ledgers in `content/sent/<date>.jsonl` say: what readers got does not change any more.

`delivery` writes them. Here nothing is read of them but whether an issue left, and what it was then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalog import files
from generator.catalog.models import Issue
from generator.catalog.write import record_data
from generator.problems import Problem, SourceRef

if TYPE_CHECKING:
    from generator.catalog.load import Located

FOLDER = "sent"
OUT = frozenset({"intent", "sent", "unknown"})
"""What the last line about somebody says who has the issue, or may have it. A provider's draft is still one's own."""


def fingerprint(issue: Issue) -> str:
    """A short sum of all that an issue says; it changes when that does."""
    said = json.dumps(record_data(issue), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def read_sent(root: Path) -> dict[str, str]:
    """The issues that were sent, by their dates, with the fingerprints that they had then, if they are known."""
    folder = root / files.CONTENT / FOLDER
    found = {}
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        entries = list(_entries(path))
        about_somebody = (entry for entry in entries if entry.get("step") not in {"claim", "closed"})
        last = {str(entry.get("who")): entry.get("step") for entry in about_somebody}
        if OUT & set(last.values()):
            known = [str(entry["issue"]) for entry in entries if entry.get("issue")]
            found[path.stem] = known[-1] if known else ""
    return found


def _entries(path: Path) -> Iterator[dict[str, object]]:
    """The lines of a ledger that can be read: `send` is the one to complain of others."""
    for line in path.read_bytes().split(b"\n"):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def changed_since(
    sent: dict[str, str], issues: Sequence[Located[Issue]], settle: Callable[[Issue], Issue]
) -> Iterator[Problem]:
    """Problems of issues that are not any more what readers got, or that are gone. `settle` settles their names."""
    present = {located.record.key: located for located in issues}
    for key, then in sent.items():
        located = present.get(key)
        if located is None:
            what = f"the issue of {key} was sent, and its file is gone: letters would lead to a page that is not there"
            yield Problem(SourceRef(f"{files.CONTENT}/{FOLDER}/{key}.jsonl"), what, "bring the file back")
        elif then and fingerprint(settle(located.record)) != then:
            what = "the issue was sent, and is not any more what its readers got"
            remedy = "restore it: what has to be put right goes into the next issue, or into the paper's `news`"
            yield Problem(located.ref(), what, remedy)
