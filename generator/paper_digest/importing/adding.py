"""`paper-digest add`: find out what sources say, write a file for each paper that is new, and say what to look at.

Either all that was asked for is written, or nothing: a source that fails, or a paper that the catalog has, stops it.
In a listing or a file of references, what the catalog has and what can be no paper is passed over instead, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.files import CONTENT
from paper_digest.catalog.located import Located, Names
from paper_digest.catalog.records import Paper
from paper_digest.editing.schema import FOLDER, modeline
from paper_digest.editing.style import paper_yaml
from paper_digest.importing.bibliography import Bibliography
from paper_digest.importing.drafts import Draft, Drafting
from paper_digest.importing.found import Found, NothingAdded, SourceFailed
from paper_digest.importing.known import KnownPapers, Work
from paper_digest.importing.listing import import_listing
from paper_digest.importing.recognising import (
    ArxivPaper,
    NotUnderstood,
    ReferenceFile,
    RegisteredPaper,
    Source,
    StandardInput,
    find_all,
    recognise,
)
from paper_digest.importing.report import Level, Loss, Losses
from paper_digest.importing.suggest import Suggestion
from paper_digest.importing.web import Web
from paper_digest.problems import Problem, ProblemsFound
from paper_digest.writing.changes import Change, carry_out


@dataclass(frozen=True)
class Added:
    """What `add` made: a draft for each new paper with its place, and what else is worth knowing."""

    drafts: tuple[tuple[str, Draft], ...]
    notes: tuple[str, ...]
    losses: tuple[Loss, ...] = ()
    """What was there, and is in no paper now."""

    def texts(self, root: Path) -> Iterator[tuple[str, str]]:
        """The place and the text of every new file."""
        for place, draft in self.drafts:
            yield place, paper_text(root, place, draft.paper)


def add(
    root: Path,
    given: Sequence[str],
    added: date,
    web: Web,
    pasted: str = "",
    *,
    paper_id: str | None = None,
    strict: bool = False,
) -> Added:
    """Drafts of the papers that sources speak of; nothing is written yet.

    `pasted` is what stands on standard input, for the source `-`. Raises NothingAdded, with a reason for every source
    that gave nothing, and ProblemsFound when the digest cannot be read or has one of the papers already. With `strict`,
    a loss is a reason too.
    """
    return from_sources(root, _recognised(given), added, web, pasted, paper_id=paper_id, strict=strict)


def from_sources(
    root: Path,
    wanted: Sequence[Source],
    added: date,
    web: Web,
    pasted: str = "",
    *,
    paper_id: str | None = None,
    strict: bool = False,
) -> Added:
    """The same, for sources that are recognised already."""
    drafting = Drafting(read_shelf(root), added)
    _refuse_known(wanted, drafting)
    files = [source for source in wanted if isinstance(source, ReferenceFile)]
    single = [source for source in wanted if not isinstance(source, ReferenceFile | StandardInput)]
    alone, listed = find_all(single, web), find_all(files, web)
    if failures := [*alone.failures, *listed.failures]:
        raise NothingAdded(failures)
    _refuse_twins(alone.found, drafting)
    losses = listed.losses
    notes = [*alone.notes, *listed.notes, *losses.notes()]
    new = list(_new_ones([*alone.found, *listed.found], drafting, notes))
    if paper_id is not None and (len(new) > 1 or StandardInput() in wanted):
        raise NothingAdded(["an id is for a single paper: leave it out, and the ids are made from the titles"])
    if paper_id in drafting.known.ids:
        raise NothingAdded([f"the id `{paper_id}` is taken: choose another one"])
    drafts = list(_drafted(new, drafting, paper_id, losses))
    if StandardInput() in wanted:
        drafts += _of_listing(pasted, drafting, losses)
    told = [str(loss) for loss in losses.told]
    if not drafts:
        raise NothingAdded([*told, *notes, "there is nothing new in what was given"])
    if strict and told:
        raise NothingAdded([*told, "nothing was written, since --strict counts what is lost as an error"])
    return Added(tuple((free_place(root, draft.paper), draft) for draft in drafts), tuple(notes), tuple(losses.told))


def write(root: Path, added: Added) -> None:
    """Write the files of what was added, all or none. None of them may exist."""
    carry_out(root, [Change.new(place, text) for place, text in added.texts(root)])


def paper_text(root: Path, place: str, paper: Paper) -> str:
    """The text of a paper's file at a place, with the line for editors if the digest has schemas."""
    return paper_yaml(paper, f"{modeline(place)}\n" if (root / FOLDER).is_dir() else "")


def place_of(paper: Paper) -> str:
    """The file of a new paper: by the year in which it appeared, only so that no folder grows too long to list."""
    year = paper.published.year if paper.published else paper.venue.year if paper.venue else None
    return f"{CONTENT}/papers/{year or 'undated'}/{paper.id}.yaml"


def free_place(root: Path, paper: Paper) -> str:
    """The file of a new paper. Raises NothingAdded when something else stands there."""
    place = place_of(paper)
    if (root / place).exists():
        raise NothingAdded([f"{place} is there already, and holds something else: move it, or give another id"])
    return place


def _recognised(given: Iterable[str]) -> list[Source]:
    """What the sources are. Raises NothingAdded with all that is not understood, at once."""
    understood, reasons = [], []
    for source in given:
        try:
            understood.append(recognise(source))
        except NotUnderstood as error:
            reasons.append(str(error))
    if reasons:
        raise NothingAdded(reasons)
    return list(dict.fromkeys(understood))


def _refuse_known(wanted: Sequence[Source], drafting: Drafting) -> None:
    """What the catalog has by its number need not be asked for."""
    named = [Found(str(each), "", arxiv=each.id) for each in wanted if isinstance(each, ArxivPaper)]
    named += [Found(str(each), "", doi=each.doi) for each in wanted if isinstance(each, RegisteredPaper)]
    _refuse_twins(named, drafting)


def _refuse_twins(found: Sequence[Found], drafting: Drafting) -> None:
    twins = [(each, twin) for each in found if (twin := drafting.twin(each))]
    if twins:
        raise ProblemsFound([_is_here(each, twin) for each, twin in twins])


def _new_ones(found: Sequence[Found], drafting: Drafting, notes: list[str]) -> Iterator[Found]:
    """What was found, without what the catalog has and what was found before: that is noted."""
    before = KnownPapers([])
    for each in map(drafting.mended, found):
        same = before.find(each.title, each.arxiv, each.doi, each.authors)
        if twin := drafting.twin(each):
            notes.append(f"{each.source}: already in the catalog, {twin.ref()}")
        elif same:
            notes.append(f"{each.source}: the same paper as {same}{_though(each, same, found)}, and passed over")
        else:
            before.add_work(each.title, Work(each.source, each.arxiv, each.doi, each.authors))
            yield each


def _though(each: Found, same: str, found: Sequence[Found]) -> str:
    """What speaks against it that two entries are one paper."""
    other = next((other for other in found if other.source == same), None)
    if other and each.doi and other.doi and each.doi.casefold() != other.doi.casefold():
        return f", by title and first author, though its DOI is {each.doi} and not {other.doi}"
    return ""


def _drafted(new: Iterable[Found], drafting: Drafting, paper_id: str | None, losses: Losses) -> Iterator[Draft]:
    """Drafts of what is new. An entry of a file that cannot be a paper costs no other one."""
    for each in new:
        try:
            yield drafting.draft(each, paper_id)
        except SourceFailed as failed:
            if not each.is_of_file:
                raise NothingAdded([str(failed)]) from failed
            losses.told.append(Loss(each.source, str(failed).removeprefix(f"{each.source} ")))


def _is_here(found: Found, twin: Located[Paper]) -> Problem:
    what = f"{found.source} is already in the catalog, as `{twin.record.id}`"
    return Problem(twin.ref("title"), what, "correct that entry, if something is missing there")


def _of_listing(pasted: str, drafting: Drafting, losses: Losses) -> list[Draft]:
    """Drafts of the titles and abstracts of a pasted listing."""
    names = Names(drafting.shelf)
    imported = import_listing(pasted, Bibliography([]), drafting.known, names, drafting.added, drafting.spellings)
    doubts = {
        line: [note.what for note in imported.notes if note.line in {line, line + 1}] for line, _ in imported.papers
    }
    told = {line for each in doubts for line in (each, each + 1)}
    for note in imported.of(Level.SKIPPED):
        if note.line not in told:
            losses.tell(f"line {note.line}", note.what)
    return [drafting.suggested(paper, f"line {line}", tuple(doubts[line])) for line, paper in imported.papers]


def report(added: Added, *, dry_run: bool) -> Iterator[str]:
    """What happened, and what somebody should look at, line by line."""
    yield from (f"note: {note}" for note in added.notes)
    yield from (f"lost: {loss}" for loss in added.losses)
    for place, draft in added.drafts:
        yield f"{place}: {'would be written' if dry_run else 'written'} (from {draft.source})"
        yield f"    {draft.paper.title}"
        for label, suggestions in (("categories", draft.categories), ("tags", draft.tags)):
            yield from _suggested(label, suggestions)
        yield from (f"    please look: {doubt}" for doubt in draft.doubts)
        yield from (f"    still missing: {missing}" for missing in _missing(draft.paper))


def _suggested(label: str, suggestions: Sequence[Suggestion]) -> Iterator[str]:
    for position, each in enumerate(suggestions):
        name = f"{label}:" if position == 0 else ""
        yield f"    {name:<12}{each.id}  ({each.reason})"


def _missing(paper: Paper) -> Iterator[str]:
    if not paper.categories:
        yield "categories; content/categories.yaml lists them"
    if not paper.abstract:
        yield "abstract: the authors' own text"
    if not paper.summary:
        yield 'summary: {text: "…", by: human}, one sentence of 40 to 200 characters, from the abstract'
