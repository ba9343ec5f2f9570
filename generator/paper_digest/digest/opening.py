"""A digest opened: its catalog, mkdocs.yml and pages, and all problems of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest import urls
from paper_digest.catalog.catalog import load
from paper_digest.catalog.located import Shelf
from paper_digest.digest.config import CONFIG
from paper_digest.digest.hand_written import read_pages
from paper_digest.digest.identity import Identity, read_identity
from paper_digest.digest.places import Places
from paper_digest.digest.site import Site
from paper_digest.editing.schema import FOLDER, Known, outdated
from paper_digest.problems import Problem, ProblemsFound, Severity, SourceRef, errors_of


@dataclass(frozen=True)
class Examined:
    """What is in a digest's folder: the site, unless there are errors, and all problems, sorted by place."""

    site: Site | None
    problems: list[Problem]
    counts: dict[str, int]


def examine(root: Path, today: date) -> Examined:
    """Read everything that a site is made of, and tell all its problems at once."""
    places = Places(root)
    loaded = load(root, today)
    pages, problems = read_pages(places)
    identity = None
    try:
        identity = read_identity(root)
    except ProblemsFound as found:
        problems += found.problems
    else:
        problems += _missing_pages(identity, {page.stem for page in pages})
    problems = sorted({*loaded.problems, *stale(root, loaded.shelf), *problems})
    if loaded.catalog is None or identity is None or errors_of(problems):
        return Examined(None, problems, loaded.counts)
    site = Site(loaded.catalog, identity, places.templates, pages, places.correction_form.is_file())
    return Examined(site, problems, loaded.counts)


def _missing_pages(identity: Identity, written: set[str]) -> Iterator[Problem]:
    """Pages that mkdocs.yml names, and that are neither the site's own nor in content/pages."""
    for address in dict.fromkeys(identity.nav):
        name = address.strip("/")
        if address not in urls.OWN_PAGES and "/" not in name and name not in written:
            what = f"the page `{name}` is named in nav or extra.footer, and there is no content/pages/{name}.md"
            yield Problem(SourceRef(CONFIG), what, "write that page, or delete the line that names it")


def stale(root: Path, shelf: Shelf) -> Iterator[Problem]:
    """A doubt for each schema in content/schemas that no longer says what `check` does. No folder, no doubts."""
    if not (root / FOLDER).is_dir() or shelf.broken & {"categories", "tags", "venues"}:
        return
    for path, _ in outdated(root, Known.on(shelf)):
        what = "the schema does not say what `check` does: editors complete and mark by it"
        yield Problem(SourceRef(f"{FOLDER}/{path.name}"), what, "run `paper-digest schema`", Severity.WARNING)
