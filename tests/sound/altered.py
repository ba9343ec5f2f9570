"""The real catalog as curators may have it one day: copies that `check` has nothing against, each altered in one way.

`python -m tests.sound.altered [NAME…] [OPTION…]` puts each copy in the place of the catalog in a copy of the whole
repository, and runs the tests there, with pytest's options: `-m real` for those that read the catalog.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from paper_digest.catalog.catalog import load
from paper_digest.catalog.records import Paper, record_data
from paper_digest.catalog.snapshots import Counts, Snapshot, as_json, place_of
from paper_digest.curating import issuing

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIRST, LAST = date(2026, 11, 23), date(2027, 3, 31)
OWN_KEY = "0b7f7e8a-52c5-4b5c-9a35-1d1f5a1c9e10"
CUTS = (0, 1, 3, 8, 14, 30)

Change = Callable[[Path], None]


def copied(root: Path) -> Path:
    """A copy of the real catalog in a folder."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    shutil.copytree(REPOSITORY / "content", root / "content")
    (root / "theme").symlink_to(REPOSITORY / "theme")
    return root


def papers(root: Path) -> tuple[Paper, ...]:
    catalog = load(root, FIRST).catalog
    assert catalog is not None
    return catalog.papers


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    """Replaces lines of a file, by what they begin with."""
    text = path.read_text("utf-8")
    for begin, line in changes:
        pattern = re.compile(rf"^{re.escape(begin)}.*\n", re.MULTILINE)
        text = pattern.sub(line, text) if pattern.search(text) else text + line
    path.write_text(text, "utf-8")


def wrote(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def listed(path: Path) -> list[dict[str, Any]]:
    found = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return list(found or [])


def relist(path: Path, records: object) -> None:
    path.write_text(yaml.safe_dump(records, allow_unicode=True, sort_keys=False), "utf-8")


# ---- what a curator may do -------------------------------------------------------------------------------------------


def counted(root: Path, *days: date) -> None:
    """Snapshots in which most papers gain: some nothing, some very much."""
    for number, day in enumerate(days):
        counts = {
            paper.id: Counts(stars=place * 10 + place * place % 97 * number, upvotes=place % 7 * number)
            for place, paper in enumerate(papers(root))
        }
        wrote(root / place_of(day), as_json(Snapshot(date=day, papers=counts)))


def grown(root: Path) -> None:
    counted(root, FIRST - timedelta(days=1), FIRST)


def composed(root: Path) -> None:
    """Issues day after day until there is nothing to tell any more, with what trended."""
    counted(root, FIRST - timedelta(days=1), FIRST)
    day = FIRST + timedelta(days=1)
    while (issued := issuing.next_issue(root, day, day)).place:
        issuing.write(root, issued)
        day += timedelta(days=1)


def later(root: Path) -> None:
    wrote(
        root / "content/papers/2027/later.yaml",
        "title: Much later\nabstract: It came much later.\n"
        f"categories: [{papers(root)[0].categories[0]}]\nadded: 2027-03-01\n",
    )


def size_15(root: Path) -> None:
    rewrite(root / "content/digest.yaml", ("issues:", "issues: {cadence: weekdays, size: 15, delivery: auto}\n"))


def other_sizes(root: Path) -> None:
    changes = ("issues:", "issues: {size: 30}\n"), ("feeds:", "feeds: {size: 200}\n"), ("pages:", "pages: {size: 7}\n")
    rewrite(root / "content/digest.yaml", *changes)


def one_entry_each(root: Path) -> None:
    changes = ("issues:", "issues: {size: 1}\n"), ("feeds:", "feeds: {size: 1}\n"), ("pages:", "pages: {size: 1}\n")
    rewrite(root / "content/digest.yaml", *changes)


def one_host(root: Path) -> None:
    """The site and its letters at one host, which the catalog names too."""
    rewrite(root / "mkdocs.yml", ("site_url:", "site_url: https://digest.example.org/\n"))
    rewrite(root / "content/digest.yaml", ("email:", "email: {from: Digest <digest@digest.example.org>}\n"))
    about = root / "content/pages/about.md"
    about.write_text(about.read_text("utf-8") + "\nWe are at <https://digest.example.org/>.\n", "utf-8")


def another_host(root: Path) -> None:
    """At another code host, and in another language."""
    changes = ("repo_url:", "repo_url: https://code.example/team/digest\n"), ("edit_uri:", "edit_uri: _edit/trunk/\n")
    rewrite(
        root / "mkdocs.yml", *changes, ("  language:", "  language: de\n"), ("site_name:", "site_name: Wöchentlich\n")
    )


def without_a_host(root: Path) -> None:
    """At no code host at all."""
    rewrite(
        root / "mkdocs.yml", ("repo_url:", ""), ("edit_uri:", ""), ("site_url:", "site_url: http://digest.example\n")
    )


def as_printed(root: Path) -> None:
    """The example paper of CONTRIBUTING.md, as it is printed there."""
    [example] = re.findall(
        r"```yaml\n(# content/papers/.*?)```", (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL
    )
    place = example.splitlines()[0].removeprefix("# ")
    for path in (root / "content/papers").rglob(Path(place).name):
        path.unlink()
    wrote(root / place, example)


def edited(root: Path) -> None:
    """Papers that say less, or something else, than they did; a renamed one, one that is gone, and more lists."""
    files = sorted((root / "content/papers").rglob("*.yaml"))
    told = {entry["paper"] for path in (root / "content/issues").glob("*.yaml") for entry in listed_issue(path)}
    told |= {start["paper"] for each in listed(root / "content/categories.yaml") for start in each["start_here"]}
    free = [path for path in files if path.stem not in told]
    bare, renamed, removed, retracted, moved = free[:5]
    change(bare, lambda paper: {key: paper[key] for key in ("title", "abstract", "categories", "added")})
    change(retracted, lambda paper: paper | RETRACTED)
    change(
        moved, lambda paper: paper | {"added": "2026-11-02", "summary": {"text": "Short, in 7 words.", "by": "human"}}
    )
    change(renamed, lambda paper: paper | {"aliases": [renamed.stem]})
    renamed.rename(renamed.with_stem("another-name"))
    removed.unlink()
    wrote(
        root / "content/gone.yaml",
        f"- {{kind: paper, id: {removed.stem}, date: 2026-11-22, reason: Its authors asked for it.}}\n",
    )
    category = {"id": "new-one", "title": "A new one", "family": "new", "description": "Short."}
    relist(root / "content/categories.yaml", [*listed(root / "content/categories.yaml"), category])
    relist(
        root / "content/tags.yaml",
        [*listed(root / "content/tags.yaml"), {"id": "lonely", "title": "Lonely", "kind": "task"}],
    )
    change(free[5], lambda paper: paper | {"tags": ["lonely"], "categories": ["new-one"]})


RETRACTED = {
    "status": "retracted",
    "updated": "2026-11-22",
    "news": [{"date": "2026-11-22", "kind": "retracted", "text": "It did not hold."}],
}


def listed_issue(path: Path) -> list[dict[str, Any]]:
    issue = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return list(issue["entries"])


def change(path: Path, how: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    relist(path, how(yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)))


def by_hand(root: Path) -> None:
    """A page and an intro with HTML and links of the curators' own, who may write there what they like."""
    about = root / "content/pages/about.md"
    about.write_text(
        '# About\n\n<center><a href="nowhere/">Not there</a> <a href="#nothing">nothing</a></center>\n', "utf-8"
    )
    issue = root / "content/issues/2026-11-22.yaml"
    issue.write_text(
        issue.read_text("utf-8").replace("intro: |\n", "intro: |\n  See [this](../nowhere/) of 1,234.\n\n"), "utf-8"
    )
    (root / "content/pages/contribute.md").write_text("# Contribute\n\nSend us a letter.\n", "utf-8")


def cut(root: Path, count: int) -> None:
    """A fork's digest of so many of the papers, with issues and reading paths of what is left."""
    kept = {paper.id: record_data(paper) for paper in papers(root)[:count]}
    shutil.rmtree(root / "content/papers")
    for name, data in kept.items():
        place = root / f"content/papers/{name}.yaml"
        place.parent.mkdir(exist_ok=True)
        relist(place, {key: value for key, value in data.items() if key != "id"})
    for path in (root / "content/issues").glob("*.yaml"):
        path.unlink()
    categories = listed(root / "content/categories.yaml")
    for each in categories:
        each["start_here"] = [start for start in each["start_here"] if start["paper"] in kept]
    relist(root / "content/categories.yaml", categories)
    (root / "content/published.json").unlink()
    rewrite(root / "content/digest.yaml", ("key:", f"key: {OWN_KEY}\n"))
    if count >= 3:
        issuing.write(root, issuing.next_issue(root, FIRST, FIRST))


ALTERED: dict[str, Change] = {
    "growth": grown,
    "queue-used-up": composed,
    "added-in-2027": later,
    "size-15": size_15,
    "other-sizes": other_sizes,
    "one-entry-each": one_entry_each,
    "one-host": one_host,
    "another-host": another_host,
    "without-a-host": without_a_host,
    "example-as-printed": as_printed,
    "edited": edited,
    "by-hand": by_hand,
    **{f"papers-{count}": partial(cut, count=count) for count in CUTS},
}


# ---- all tests, against each -----------------------------------------------------------------------------------------


def ran(name: str, source: Path, *arguments: str) -> Iterator[str]:
    """What the tests say that read the real catalog, in a copy of the repository with an altered one."""
    with tempfile.TemporaryDirectory(prefix="altered-") as folder:
        root = Path(folder) / "repository"
        ignored = shutil.ignore_patterns("build", ".git", ".venv", "node_modules", ".*_cache", ".hypothesis")
        shutil.copytree(source, root, ignore=ignored, symlinks=True)
        if (source / "tests/node/node_modules").is_dir():
            (root / "tests/node/node_modules").symlink_to(source / "tests/node/node_modules")
        ALTERED[name](root)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--no-header", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        yield from (line[:220] for line in lines if line.startswith(("FAILED", "ERROR")))
        yield lines[-1] if lines else done.stderr


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name in ALTERED] or list(ALTERED)
    options = [each for each in sys.argv[1:] if each not in ALTERED]
    for name in names:
        sys.stdout.write("\n".join([f"== {name}", *ran(name, REPOSITORY, *options), ""]))
        sys.stdout.flush()
