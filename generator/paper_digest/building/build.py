"""From a digest's folder to its site: generate, run MkDocs beside the old site, swap the new one in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest import urls
from paper_digest.building import policy, writing
from paper_digest.building.indexing import indexing
from paper_digest.building.publishing import as_json, extended, promised
from paper_digest.building.writing import Written
from paper_digest.catalog.promises import FILE as LEDGER_FILE
from paper_digest.digest.config import read_config
from paper_digest.digest.opening import examine
from paper_digest.digest.places import Places
from paper_digest.digest.site import Site
from paper_digest.outputs import outputs
from paper_digest.outputs.artifact import DOCS, SEARCH
from paper_digest.problems import Problem, ProblemsFound
from paper_digest.writing import swapping
from paper_digest.writing.changes import Change, carry_out
from paper_digest.writing.folder import Folder
from paper_digest.writing.locks import Work, alone

LONGEST_BUILD = 30 * 60
"""Seconds after which MkDocs is stopped: somebody may wait for nothing."""

Progress = Callable[[str], None]


class MkDocsFailed(Exception):  # noqa: N818 - it says what happened
    """MkDocs ended with an error or a warning; its own words are the message."""


@dataclass(frozen=True)
class Generated:
    """What `generate` made of a digest."""

    site: Site
    warnings: list[Problem]
    written: Written
    places: tuple[str, ...]
    """The files that a site of this must have."""


def generate(root: Path, today: date, progress: Progress) -> Generated:
    """Write build/docs and build/email. Raises ProblemsFound before anything is written when the data has faults."""
    with alone(root, Work.SITE, progress) as folder:
        return _generated(folder, today, progress)


def _generated(folder: Folder, today: date, progress: Progress) -> Generated:
    root = folder.root
    writing.judged(folder, "build")
    progress("Reading the catalog")
    examined = examine(root, today)
    if examined.site is None:
        raise ProblemsFound(examined.problems)
    progress(f"Making pages, feeds and email of {len(examined.site.papers)} papers")
    made = outputs(examined.site)
    written = writing.write(Places(root).build, made)
    docs = (artifact.path.removeprefix(f"{DOCS}/") for artifact in made if artifact.path.startswith(f"{DOCS}/"))
    return Generated(examined.site, examined.problems, written, tuple(map(published, docs)))


def published(docs_path: str) -> str:
    """The file of the site that MkDocs makes of one of the docs folder."""
    address = urls.published_at(docs_path)
    return f"{address}index.html" if address == urls.HOME or address.endswith("/") else address


def build(root: Path, today: date, progress: Progress, *, publish: bool = False) -> Generated:
    """Generate everything, have MkDocs build it, and swap the finished site in. Until then the last good site stays.

    With `publish`, the ledger then records what readers of this site rely on. Raises Busy when another run is at it.
    """
    with alone(root, Work.SITE, progress) as folder:
        if publish:
            folder.status(LEDGER_FILE)  # a link there is told before anything is made
        generated = _renewed(folder, swapping.SITE, today, progress)
        if publish:
            progress("Recording what readers rely on")
            catalog = generated.site.catalog
            ledger = as_json(extended(catalog.ledger, promised(catalog)))
            with alone(root, Work.CONTENT, progress):
                carry_out(root, [Change.over(LEDGER_FILE, ledger)])
    return generated


def preview(root: Path, today: date, progress: Progress) -> Generated:
    """The same in the folder of the preview, so that `build/site` stays what `build` made."""
    with alone(root, Work.SITE, progress) as folder:
        return _renewed(folder, swapping.PREVIEW, today, progress)


def _renewed(folder: Folder, place: str, today: date, progress: Progress) -> Generated:
    """Make the site anew at a place. Whoever calls this is alone."""
    swapping.put_back(folder, place)
    swapping.refuse_foreign(folder, place)
    with swapping.side_folder(folder) as side:
        generated = _generated(folder, today, progress)
        progress("Building the site with MkDocs, and the search index")
        make_site(folder.root, folder.root / side, generated.places)
        swapping.swap_in(folder, f"{side}/site", place)
    return generated


def make_site(root: Path, side: Path, places: Iterable[str]) -> None:
    """Build the whole site of what was generated into `site` in a side folder, and see that every page is there.

    Raises MkDocsFailed, IndexingFailed, or ProblemsFound with what the pages' policy would stop.
    """
    site = side / "site"
    with indexing(Places(root).build / SEARCH, side / "search") as index:
        run_mkdocs(root, site)
        _refuse_gaps(site, places)
        policy.hold(site, Places(root).pages)
        index.finish(site)


def _refuse_gaps(site: Path, places: Iterable[str]) -> None:
    missing = [place for place in places if not _is_whole(site / place)]
    if missing:
        raise MkDocsFailed(
            f"{len(missing)} files are missing in the site that MkDocs built, the first is {missing[0]}: something "
            "removed them meanwhile, or a plugin or hook of mkdocs.yml leaves them out."
        )


def _is_whole(file: Path) -> bool:
    """Whether a file is there. An export may be empty, a page never is."""
    return file.is_file() and (file.suffix != ".html" or file.stat().st_size > 0)


def run_mkdocs(root: Path, site_dir: Path) -> None:
    """Build the site into a folder. Raises MkDocsFailed on any error or warning.

    It is given the settings as they were read, and reads no mkdocs.yml itself. Its words are not held back: quiet, it
    does not count the warnings that it is to stop at.
    """
    command = [
        sys.executable,
        "-P",  # nothing in the digest's folder is taken for a module
        "-m",
        "paper_digest.building.mkdocs_process",
        str(site_dir),
    ]
    settings = read_config(root).written_out()
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=root,
            env=environment,
            input=settings,
            capture_output=True,
            check=False,
            timeout=LONGEST_BUILD,
        )
    except subprocess.TimeoutExpired:
        minutes = f"{LONGEST_BUILD // 60} minutes"
        raise MkDocsFailed(
            f"MkDocs did not end within {minutes}, and was stopped. Does a hook or plugin wait?"
        ) from None
    said = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
    if done.returncode != 0 or not (site_dir / "index.html").is_file():
        raise MkDocsFailed(said or f"MkDocs ended with status {done.returncode}")
