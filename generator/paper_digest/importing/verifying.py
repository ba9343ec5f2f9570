"""`paper-digest verify`: compare the catalog with what arXiv, the registries of DOIs and the web say today.

Nobody's silence is taken for an answer: what could not be asked is said, and changes nothing. Of links, only a definite
refusal counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.located import Located, Names, Shelf
from paper_digest.catalog.records import Paper, record_data
from paper_digest.editing.rewriting import rewritten
from paper_digest.importing.comparing import Difference, differences
from paper_digest.importing.found import Found, NothingAdded
from paper_digest.importing.sources import arxiv, crossref, semantic_scholar
from paper_digest.importing.web import FetchFailed, NotFound, Web
from paper_digest.problems import ProblemsFound
from paper_digest.reports import counted
from paper_digest.words import text
from paper_digest.writing.changes import carry_out
from paper_digest.writing.locks import Say, Work, alone

DEFINITE = frozenset({404, 410})
"""The statuses by which a server says that there is nothing, and not that it does not want to be asked."""

MOST_TOLD = 60
"""How many differences of a kind a pull request tells: it holds 65,536 characters."""

Progress = Callable[[str], None]
Papers = Sequence[Located[Paper]]


@dataclass
class Verified:
    """What differs, what could not be asked, and how much was compared."""

    differences: list[Difference] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    papers: int = 0
    links: int = 0
    answers: int = 0


def verify(
    root: Path, today: date, web: Web, progress: Progress, *, ids: Sequence[str] = (), links: bool = True
) -> Verified:
    """Compare papers, all or those with the ids, with what the world says of them.

    Raises ProblemsFound when the digest cannot be read, and NothingAdded for an id that it does not have, and when
    nobody answered at all.
    """
    shelf = read_shelf(root)
    papers = _wanted(shelf, ids)
    verified = Verified(papers=len(papers))
    said = _Said(web, verified)
    progress(f"Asking arXiv about {counted(_count(papers, 'arxiv'), 'papers')}")
    said.by_arxiv(papers)
    progress(f"Asking Semantic Scholar where {counted(len(_unpublished(papers)), 'preprints')} appeared")
    said.by_semantic_scholar(_unpublished(papers))
    progress(f"Asking the registries about {counted(_count(papers, 'doi'), 'DOIs')}")
    said.by_registries(papers)
    verified.differences += _compared(papers, said.found, Names(shelf), today)
    if links:
        progress("Looking whether links still lead somewhere")
        _look_at_links(papers, web, verified)
    if papers and not verified.answers and verified.silent:
        raise NothingAdded([*verified.silent, "nobody could be asked: is this computer online?"])
    verified.differences.sort(key=lambda each: each.as_problem())
    return verified


def _wanted(shelf: Shelf, ids: Sequence[str]) -> Papers:
    by_id = {item.record.id: item for item in shelf.papers}
    if unknown := [each for each in ids if each not in by_id]:
        raise NothingAdded([f"there is no paper `{each}` in the catalog" for each in unknown])
    return [by_id[each] for each in ids] if ids else list(shelf.papers)


def _count(papers: Papers, name: str) -> int:
    return sum(getattr(item.record, name) is not None for item in papers)


def _unpublished(papers: Papers) -> Papers:
    return [item for item in papers if item.record.arxiv and item.record.venue is None]


class _Said:
    """What the sources say of each paper, by its id, the most trusted first."""

    def __init__(self, web: Web, verified: Verified) -> None:
        self.web = web
        self.verified = verified
        self.found: dict[str, list[Found]] = {}

    def by_arxiv(self, papers: Papers) -> None:
        """arXiv is asked once for all; an id that it does not know is a difference."""
        listed = [item for item in papers if item.record.arxiv]
        answers = self._asked("arXiv", lambda: arxiv.batch(self.web, _numbers(listed)), listed)
        for item in listed if answers is not None else ():
            found = (answers or {}).get(str(item.record.arxiv))
            self._take(item, found, ("arxiv",), f"arxiv: arXiv has no paper {item.record.arxiv}")

    def by_semantic_scholar(self, papers: Papers) -> None:
        """Where preprints appeared: for that alone, since its titles and names are less true to print."""
        keys = [f"ARXIV:{number}" for number in _numbers(papers)]
        answers = self._asked("Semantic Scholar", lambda: semantic_scholar.batch(self.web, keys), papers)
        for item in papers if answers else ():
            found = (answers or {}).get(f"ARXIV:{item.record.arxiv}")
            if found and found.venue:
                place = Found(found.source, item.record.title, doi=found.doi, venue=found.venue, year=found.year)
                self.found.setdefault(item.record.id, []).append(place)

    def by_registries(self, papers: Papers) -> None:
        """Each DOI is asked for by itself, until nobody can be reached."""
        for item in papers:
            if doi := item.record.doi:
                try:
                    self._take(item, crossref.work(self.web, doi), ("doi",), "")
                except NotFound as missing:
                    self._take(item, None, ("doi",), f"doi: {missing}")
                except FetchFailed as failed:
                    self.verified.silent.append(f"doi:{doi}: {failed}")
                    if failed.status is None:
                        self.verified.silent.append("the other DOIs were not asked for")
                        return

    def _take(self, item: Located[Paper], found: Found | None, route: tuple[str, ...], missing: str) -> None:
        self.verified.answers += 1
        if found:
            self.found.setdefault(item.record.id, []).append(found)
        else:
            remedy = "look whether it is copied whole; if there is none, delete it"
            self.verified.differences.append(Difference(item, route, missing, remedy))

    def _asked(self, whom: str, ask: Callable[[], dict[str, Found]], papers: Papers) -> dict[str, Found] | None:
        if not papers:
            return None
        try:
            answers = ask()
        except FetchFailed as failed:
            self.verified.silent.append(f"{whom}: {failed}")
            return None
        self.verified.answers += 1
        return answers


def _numbers(papers: Papers) -> list[str]:
    return [str(item.record.arxiv) for item in papers]


def _compared(papers: Papers, found: dict[str, list[Found]], names: Names, today: date) -> Iterator[Difference]:
    """What the sources say otherwise. Of two that speak of the same thing, the first is told."""
    for item in papers:
        told: set[tuple[str, ...]] = set()
        for each in found.get(item.record.id, ()):
            for difference in differences(item, each, names, today):
                topic = tuple(difference.changes) or difference.route
                if topic not in told:
                    told.add(topic)
                    yield difference


# ---- links -----------------------------------------------------------------------------------------------------------


def _look_at_links(papers: Papers, web: Web, verified: Verified) -> None:
    links = [(item, kind, url) for item in papers for kind, url in item.record.links.present().items()]
    verified.links = len(links)
    statuses = web.statuses([url for _, _, url in links])
    for (item, kind, url), status in zip(links, statuses, strict=True):
        verified.answers += status is not None
        if status is None:
            verified.silent.append(f"{url}: no answer")
        elif status in DEFINITE:
            verified.differences.append(_dead(item, kind, url, status))


def _dead(item: Located[Paper], kind: str, url: str, status: int) -> Difference:
    kept = {name: each for name, each in item.record.links.present().items() if name != kind}
    what = f"links.{kind}: {url} is gone, its server says ({status})"
    return Difference(item, ("links", kind), what, "delete it, or write where it went", {"links": kept or None})


# ---- writing ---------------------------------------------------------------------------------------------------------


def write(root: Path, found: Iterable[Difference], today: date, say: Say = str) -> tuple[list[str], list[str]]:
    """Write what is certain into the paper files, each whole or not at all.

    Returns the ids of the papers that were changed, and a line for each that a person must change.
    """
    by_paper: dict[str, list[Difference]] = {}
    for difference in found:
        if difference.changes:
            by_paper.setdefault(difference.item.record.id, []).append(difference)
    changed: list[str] = []
    refused: list[str] = []
    if not by_paper:
        return changed, refused
    with alone(root, Work.CONTENT, say):
        now = {item.record.id: item.record for item in read_shelf(root).papers}
        for paper_id, all_of_it in by_paper.items():
            item = all_of_it[0].item
            if now.get(paper_id) != item.record:
                refused.append(f"{item.ref()}: the paper was changed while others were asked about it; verify it again")
                continue
            try:
                carry_out(root, [rewritten(root, item, _all_changes(all_of_it, today)).change(root)])
                changed.append(paper_id)
            except ProblemsFound as problems:
                refused += [f"{problem.where}: {problem.what}" for problem in problems.problems]
    return changed, refused


def _all_changes(found: list[Difference], today: date) -> dict[str, Any]:
    """The changes of one paper together: what readers are told of moves `updated`."""
    changes: dict[str, Any] = {}
    for difference in found:
        for key, value in difference.changes.items():
            changes[key] = _fewer_links(changes[key], value) if key == "links" and key in changes else value
    news = [difference.news for difference in found if difference.news]
    if news:
        changes["news"] = [*record_data(found[0].item.record).get("news", ()), *news]
    changes["updated"] = today.isoformat()
    return changes


def _fewer_links(one: dict[str, str] | None, other: dict[str, str] | None) -> dict[str, str] | None:
    """The links that are left when each of two leaves some out."""
    return {kind: url for kind, url in (one or {}).items() if kind in (other or {})} or None


# ---- telling ---------------------------------------------------------------------------------------------------------


def _as_text(verified: Verified, changed: Sequence[str], refused: Sequence[str]) -> str:
    problems = [str(difference.as_problem()) for difference in verified.differences]
    silent = [f"could not be asked: {each}" for each in verified.silent]
    return "\n".join([*problems, *silent, *refused, _tally(verified, changed)])


def _as_json(verified: Verified, changed: Sequence[str], refused: Sequence[str]) -> str:
    document = {
        "differences": [
            {**each.as_problem().as_data(), "paper": each.item.record.id, "certain": bool(each.changes)}
            for each in verified.differences
        ],
        "silent": verified.silent,
        "changed": list(changed),
        "refused": list(refused),
        "counts": {"papers": verified.papers, "links": verified.links},
    }
    return json.dumps(document, ensure_ascii=False)


def _as_markdown(verified: Verified, changed: Sequence[str], refused: Sequence[str]) -> str:
    """For the text of a pull request. Titles come from elsewhere: everything that could mean something is escaped."""
    written = [each for each in verified.differences if each.changes and each.item.record.id in changed]
    left = [each for each in verified.differences if each not in written]
    silent = [*verified.silent, *refused]
    parts = [
        f"{_tally(verified, changed)}\n",
        *_section("### Written", [_in_markdown(each) for each in written]),
        *_section("### To be looked at", [_in_markdown(each) for each in left]),
        *_section("### Could not be asked or written", [f"- {text.github(each)}" for each in silent]),
    ]
    return "\n".join(parts)


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    """A list below a heading; of a long one the beginning, and how much is left out."""
    if lines:
        more = len(lines) - MOST_TOLD
        yield from (heading, "", *lines[:MOST_TOLD], *([f"- … and {more:,} more"] if more > 0 else []), "")


def _in_markdown(difference: Difference) -> str:
    return f"- {text.github(f'{difference.item.source.path}: {difference.what}. {difference.remedy}')}"


def _tally(verified: Verified, changed: Sequence[str]) -> str:
    compared = f"{counted(verified.papers, 'papers')} and {counted(verified.links, 'links')} compared"
    found = counted(len(verified.differences), "differences") if verified.differences else "nothing differs"
    written = f", {counted(len(changed), 'papers')} changed" if changed else ""
    return f"{compared}: {found}{written}."


FORMATS: Mapping[str, Callable[[Verified, Sequence[str], Sequence[str]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "markdown": _as_markdown,
}
