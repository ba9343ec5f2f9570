"""From a digest's folder to its site: generate, run MkDocs beside the old site, swap the new one in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator import artifacts, urls
from generator.artifacts import Artifact, Written
from generator.catalog.ledger import FILE as LEDGER_FILE
from generator.catalog.ledger import as_json, extended, promised
from generator.catalog.load import load
from generator.indexing import indexing
from generator.problems import Problem, ProblemsFound, SourceRef, errors_of
from generator.settings import CONFIG, Identity, Places, read_identity
from generator.site import Site, read_pages

Progress = Callable[[str], None]


class MkDocsFailed(Exception):  # noqa: N818 - it says what happened
    """MkDocs ended with an error or a warning; its own words are the message."""


@dataclass(frozen=True)
class Generated:
    """What `generate` made of a digest."""

    site: Site
    warnings: list[Problem]
    written: Written


def generate(root: Path, today: date, progress: Progress) -> Generated:
    """Write build/docs and build/email. Raises ProblemsFound before anything is written when the data has faults."""
    progress("Reading the catalog")
    examined = examine(root, today)
    if examined.site is None:
        raise ProblemsFound(examined.problems)
    progress(f"Making pages, feeds and email of {len(examined.site.papers)} papers")
    written = artifacts.write(Places(root).build, outputs(examined.site))
    return Generated(examined.site, examined.problems, written)


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
    problems = sorted({*loaded.problems, *problems})
    if loaded.catalog is None or identity is None or errors_of(problems):
        return Examined(None, problems, loaded.counts)
    site = Site(loaded.catalog, identity, places.templates, pages, places.correction_form.is_file())
    return Examined(site, problems, loaded.counts)


def outputs(site: Site) -> list[Artifact]:
    """Every file that is generated of a site."""
    from generator.emails import emails
    from generator.exports import exports
    from generator.feeds import feeds
    from generator.pages import pages
    from generator.search import documents
    from generator.share import images

    return artifacts.gather(kind(site) for kind in (pages, feeds, emails, exports, documents, images))


def _missing_pages(identity: Identity, written: set[str]) -> Iterator[Problem]:
    """Pages that mkdocs.yml names, and that are neither the site's own nor in content/pages."""
    for address in dict.fromkeys(identity.nav):
        name = address.strip("/")
        if address not in urls.OWN_PAGES and "/" not in name and name not in written:
            what = f"the page `{name}` is named in nav or extra.footer, and there is no content/pages/{name}.md"
            yield Problem(SourceRef(CONFIG), what, "write that page, or delete the line that names it")


def build(root: Path, today: date, progress: Progress, *, publish: bool = False) -> Generated:
    """Generate everything, have MkDocs build it, and swap the finished site in. Until then the last good site stays.

    With `publish`, the ledger then records what readers of this site rely on.
    """
    places = Places(root)
    put_back(places.site)
    generated = generate(root, today, progress)
    side = places.build / ".site.next"
    progress("Building the site with MkDocs, and the search index")
    make_site(root, side)
    swap_in(side, places.site)
    if publish:
        progress("Recording what readers rely on")
        catalog = generated.site.catalog
        ledger = extended(catalog.ledger, promised(catalog))
        artifacts.write_over(root / LEDGER_FILE, as_json(ledger))
    return generated


def make_site(root: Path, site_dir: Path) -> None:
    """Build the whole site of what was generated. Raises MkDocsFailed or IndexingFailed, and leaves no folder then."""
    with indexing(Places(root).build) as index:
        run_mkdocs(root, site_dir)
        try:
            index.finish(site_dir)
        except Exception:
            shutil.rmtree(site_dir, ignore_errors=True)
            raise


def run_mkdocs(root: Path, site_dir: Path) -> None:
    """Build the site into a folder. Raises MkDocsFailed on any error or warning.

    Not with `--quiet`: MkDocs then no longer counts the warnings that `--strict` is to stop at.
    """
    shutil.rmtree(site_dir, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--config-file",
        CONFIG,
        "--site-dir",
        str(site_dir),
    ]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode != 0 or not (site_dir / "index.html").is_file():
        shutil.rmtree(site_dir, ignore_errors=True)
        raise MkDocsFailed((done.stderr + done.stdout).strip() or f"MkDocs ended with status {done.returncode}")


def put_back(place: Path) -> None:
    """Mend a swap that was cut short between its two renames: the old folder is still the last good one."""
    old = place.with_name(f".{place.name}.old")
    if old.exists() and not place.exists():
        old.rename(place)


def swap_in(fresh: Path, place: Path) -> None:
    """Put a finished folder in the place of an old one; when that fails, the old one is put back."""
    old = place.with_name(f".{place.name}.old")
    put_back(place)
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
