"""`paper-digest import`: read a listing, write the paper files, and say what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.checks import spellings
from paper_digest.catalog.located import Names, Shelf
from paper_digest.importing import bibliography as bibliographies
from paper_digest.importing.adding import paper_text, place_of
from paper_digest.importing.known import KnownPapers
from paper_digest.importing.listing import import_listing
from paper_digest.importing.report import Imported, Level
from paper_digest.problems import Problem, ProblemsFound, SourceRef
from paper_digest.writing.changes import Change, carry_out

HEADINGS = {
    Level.SKIPPED: "Skipped",
    Level.REPAIRED: "Repaired",
    Level.UNSURE: "Unsure: please look at these",
}


def import_into(
    root: Path,
    listing: Path,
    bibliography: Path | None,
    added: date,
    *,
    limit: int | None = None,
    dry_run: bool = False,
) -> Iterator[str]:
    """Import a listing into a digest, and return the lines of the report.

    Existing files are never overwritten. Raises ProblemsFound when the digest or the bibliography cannot be read.
    """
    shelf = read_shelf(root)
    facts = bibliographies.read(bibliography) if bibliography else bibliographies.Bibliography([])
    known = KnownPapers([located.record for located in shelf.papers])
    text = bibliographies.read_text(listing)
    imported = import_listing(text, facts, known, Names(shelf), added, spellings(shelf))
    if limit is not None:
        imported = _first(imported, limit)
    _note_unknown_names(imported, shelf)
    if not dry_run:
        _refuse_taken_places(root, imported)
        places = [(place_of(paper), paper) for _, paper in imported.papers]
        carry_out(root, [Change.new(place, paper_text(root, place, paper)) for place, paper in places])
    return _report(imported, shelf, dry_run=dry_run)


def _refuse_taken_places(root: Path, imported: Imported) -> None:
    """Before the first file is written: none may take the place of another."""
    taken = [place for _, paper in imported.papers if (root / (place := place_of(paper))).exists()]
    if taken:
        remedy = "move it: its place is that of a new paper"
        raise ProblemsFound(
            Problem(SourceRef(place), "the file is there already, for something else", remedy) for place in taken
        )


def _note_unknown_names(imported: Imported, shelf: Shelf) -> None:
    names, categories = Names(shelf), {located.record.id for located in shelf.categories}
    for line, paper in imported.papers:
        for unknown in (
            *(name for name in paper.categories if name not in categories),
            *(tag for tag in paper.tags if names.tag(tag) is None),
        ):
            imported.note(
                line, Level.UNSURE, f"`{unknown}` is neither a category nor a tag of this digest; `check` refuses it"
            )


def _first(imported: Imported, limit: int) -> Imported:
    papers = imported.papers[:limit]
    last = papers[-1][0] + 1 if papers else 0
    return Imported(papers, [note for note in imported.notes if note.line <= last])


def _report(imported: Imported, shelf: Shelf, *, dry_run: bool) -> Iterator[str]:
    for level, heading in HEADINGS.items():
        notes = imported.of(level)
        if notes:
            yield f"{heading} ({len(notes)}):"
            yield from (f"  line {note.line}: {note.what}" for note in notes)
    facts = Counter[str]()
    for _, paper in imported.papers:
        facts.update(name for name in ("arxiv", "doi", "authors", "venue", "summary") if getattr(paper, name))
        facts.update(kind for kind in paper.links.present())
        facts["without a category"] += not paper.categories
    yield ", ".join(f"{name}: {count}" for name, count in facts.items() if count) or "No facts beside the texts"
    verb = "would be written" if dry_run else "written"
    yield f"{len(imported.papers)} papers {verb}; the catalog had {len(shelf.papers)}."
    if facts["without a category"] and not dry_run:
        yield "Now give every paper its categories: `paper-digest check` names those that lack one."
