"""What a change lets run: settings of mkdocs.yml that name code, and files that are no content but work.

`check` runs none of that, and building runs all of it. So whoever takes a change in must look at it as at code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paper_digest import reading
from paper_digest.catalog.files import CONTENT
from paper_digest.digest.config import CONFIG, Config, config_of

FOLDERS = ("theme", "requirements", "generator", "tests", ".github", ".ci")
_ONLY_READ = (".md", "LICENSE", ".gitignore")
_MADE = ("build", ".git", ".venv")


@dataclass(frozen=True)
class Runs:
    """Something that runs otherwise than before: where it stands, and what is different."""

    place: str
    what: str


def compare(configs: tuple[bytes | None, bytes | None], changed: tuple[str, ...]) -> tuple[Runs, ...]:
    """What runs otherwise; `configs` are the two mkdocs.yml, `changed` the files that differ."""
    files = (Runs(name, "is another, and works on the site") for name in sorted(changed) if works(name))
    return (*_settings(*map(_read, configs)), *files)


def works(name: str) -> bool:
    """Whether a file is more than content: part of theme or program, or run by a workflow, a hook or a tool."""
    first = name.split("/")[0]
    return first not in {CONTENT, CONFIG, *_MADE} and not name.endswith(_ONLY_READ)


def differing(before: Path, after: Path) -> tuple[str, ...]:
    """The files that differ between two folders: in those that hold what works, and beside them."""
    names = {*_names(before), *_names(after)}
    return tuple(sorted(name for name in names if _content(before / name) != _content(after / name)))


def _names(root: Path) -> Iterator[str]:
    yield from (path.name for path in root.iterdir() if path.is_file())
    for folder in FOLDERS:
        for parent, _, names in os.walk(root / folder):
            yield from (Path(parent, name).relative_to(root).as_posix() for name in names)


def _content(path: Path) -> bytes | None:
    try:
        return reading.read_bytes(path)
    except OSError:
        return None


def _read(data: bytes | None) -> Config | None:
    return config_of(data) if data is not None else Config({})


def _settings(before: Config | None, after: Config | None) -> Iterator[Runs]:
    if before is None or after is None:
        if before != after:
            yield Runs(CONFIG, "cannot be compared: what it runs is not known")
        return
    was, now = before.what_runs(), after.what_runs()
    for key, names in now.items():
        came = [name for name in names if name not in was[key]]
        went = [name for name in was[key] if name not in names]
        if came:
            yield Runs(CONFIG, f"{key}: {', '.join(came)} came")
        if went:
            yield Runs(CONFIG, f"{key}: {', '.join(went)} went")
    if _code_settings(before) != _code_settings(after) and was == now:
        yield Runs(CONFIG, "plugins, hooks, extensions or theme have other settings")


def _code_settings(config: Config) -> list[object]:
    return [config.values.get(key) for key in ("hooks", "plugins", "markdown_extensions", "theme", "extra_javascript")]
