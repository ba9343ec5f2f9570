"""Which issues were sent, as the ledgers in `content/sent/<date>.jsonl` say: what readers got does not change any more.

`delivery` writes them. Here nothing is read of them but whether an issue left, and what it was then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from pathlib import Path

from paper_digest import reading
from paper_digest.catalog import files
from paper_digest.catalog.located import Located
from paper_digest.catalog.records import Gone, GoneKind, Issue, Paper, record_data
from paper_digest.problems import Problem, SourceRef

FOLDER = "sent"
MOST_COMBINED = 10_000
OF_RUNS = frozenset({"claim", "closed", "done"})
"""Lines that are about nobody."""
LARGEST = 256 * reading.MEGABYTE
"""So large a ledger may be: that is a million readers."""
OUT = frozenset({"intent", "sent", "unknown"})
"""What the last line about somebody says who has the issue, or may have it. A provider's draft is still one's own."""


def fingerprint(issue: Issue) -> str:
    """A short sum of all that an issue says; it changes when that does."""
    said = json.dumps(record_data(issue), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _fingerprints(issue: Issue, names: Mapping[str, Paper]) -> Iterator[str]:
    """The sums of an issue under all ids that its papers have had."""
    ids = [_ids(entry.paper, names) for entry in issue.entries]
    for combined in islice(product(*ids), MOST_COMBINED):
        entries = zip(issue.entries, combined, strict=True)
        yield fingerprint(
            issue.model_copy(
                update={"entries": tuple(entry.model_copy(update={"paper": paper}) for entry, paper in entries)}
            )
        )


def _ids(name: str, names: Mapping[str, Paper]) -> tuple[str, ...]:
    paper = names.get(name)
    return (paper.id, *paper.aliases) if paper else (name,)


def read_sent(root: Path) -> dict[str, str]:
    """The issues that were sent, by their dates, with the fingerprints that they had then, if they are known."""
    found = {}
    for key, entries in _ledgers(root):
        last: dict[object, object] = {}
        for entry in entries:
            who = entry.get("who")
            if entry.get("step") not in OF_RUNS and last.get(who) != "sent":
                last[who] = entry.get("step")
        if OUT & set(last.values()):
            known = [str(entry["issue"]) for entry in entries if entry.get("issue")]
            found[key] = known[-1] if known else ""
    return found


def read_begun(root: Path) -> set[str]:
    """The issues that some run set out to send."""
    return {key for key, _ in _ledgers(root)}


def read_claims(root: Path) -> list[tuple[str, str, str]]:
    """Claims without an end, as issue, run, and what it sends by: who got the issue may not be known."""
    found = []
    for key, entries in _ledgers(root):
        claims: dict[str, str] = {}
        for entry in entries:
            run = str(entry.get("run", ""))
            if entry.get("step") == "claim" and run:
                claims.setdefault(run, str(entry.get("via", "")))
            elif entry.get("step") == "closed":
                claims.pop(run, None)
        found += [(key, run, via) for run, via in claims.items()]
    return found


def read_finished(root: Path) -> set[str]:
    """The issues for which all is done that can be: an issue with a ledger that is not among them is to be resumed."""
    found = set()
    for key, entries in _ledgers(root):
        steps = [entry.get("step") for entry in entries if entry.get("step") not in {"claim", "closed"}]
        if steps[-1:] == ["done"]:
            found.add(key)
    return found


def _ledgers(root: Path) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Every ledger, by its issue: the lines that can be read. `send` is the one to complain of others."""
    for path in _paths(root):
        yield path.stem, list(_entries(path))


def _paths(root: Path) -> list[Path]:
    folder = root / files.CONTENT / FOLDER
    return sorted(folder.glob("*.jsonl")) if folder.is_dir() else []


def _entries(path: Path) -> Iterator[dict[str, object]]:
    for line in _content(path).split(b"\n"):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            yield entry


def _content(path: Path) -> bytes:
    try:
        return reading.read_bytes(path, LARGEST)
    except OSError:
        return b""  # `unreadable` tells it


def unreadable(root: Path) -> Iterator[Problem]:
    """A problem for each ledger that cannot be read: who got the issue is then not known."""
    for path in _paths(root):
        where = SourceRef(files.shown(path, root))
        reason = reading.refusal(path, root)
        if reason is None:
            try:
                reading.read_bytes(path, LARGEST)
            except OSError as error:
                reason = f"cannot be read: {error.strerror}"
        if reason:
            yield Problem(where, reason, "bring the file back from the repository's history")


def changed_since(
    sent: dict[str, str], issues: Sequence[Located[Issue]], papers: Iterable[Paper], gone: Iterable[Gone]
) -> Iterator[Problem]:
    """Problems of issues that are not any more what readers got, or that are gone.

    A paper may have a new id since. What was removed on purpose is told in content/gone.yaml, and then stands in no
    issue any more; so issues from before such a removal are not held to what they were.
    """
    present = {located.record.key: located for located in issues}
    names = {name: paper for paper in papers for name in (paper.id, *paper.aliases)}
    ended = {each.id for each in gone if each.kind is GoneKind.ISSUE}
    removals = [each.date for each in gone if each.kind is GoneKind.PAPER]
    for key, then in sent.items():
        located = present.get(key)
        if key in ended:
            continue
        if located is None:
            what = f"the issue of {key} was sent, and its file is gone: letters would lead to a page that is not there"
            yield Problem(SourceRef(f"{files.CONTENT}/{FOLDER}/{key}.jsonl"), what, "bring the file back")
        elif any(located.record.date <= day for day in removals):
            continue
        elif then and then not in _fingerprints(located.record, names):
            what = "the issue was sent, and is not any more what its readers got"
            remedy = "restore it: what has to be put right goes into the next issue, or into the paper's `news`"
            yield Problem(located.ref(), what, remedy)
