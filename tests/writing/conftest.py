"""A small digest on which every command that writes has something to write, and what surrounds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from paper_digest.commands.cli import main
from tests.apis import Apis
from tests.conftest import BASICS, PAPER, MakeDigest

Run = Callable[..., Result]

UNTIDY = "abstract: It says something.\n# why\ntitle: A paper\ncategories: [vision]\n"
OLD = PAPER.replace("A paper", "LanternNet and a Map of k-space") + 'authors: [Ada Ångström]\narxiv: "2611.01234"\n'
FILES = {
    "content/papers/untidy.yaml": UNTIDY,
    "content/papers/more/untidy-too.yaml": UNTIDY.replace("A paper", "Two papers"),
    "content/papers/2026/old.yaml": OLD,
    "content/metrics/2026-11-01.json": '{"papers": {"old": {"citations": 1}}}\n',
    "content/published.json": '{"key": "6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"}\n',
    "content/schemas/paper.schema.json": "{}\n",
}
REFERENCES = "".join(
    f"@article{{{name}, title={{{name.title()} of the long night}}, author={{Lovelace, Ada}}, year=2026, "
    f"abstract={{{'It says something at length. ' * 200}}}}}\n"
    for name in ("lanterns", "moths", "owls")
)
LISTING = "".join(
    f"{title}\n{'It says something of the weather there, and of those who look at it. ' * 3}\n"
    for title in ("Snow upon the lake in winter", "Rain upon the sea")
)
FORM = "### Link or id\n\n2611.01234\n\n### Category\n\nVision (vision)\n"


def run(root: Path, *arguments: str | Path) -> Result:
    """Give a command, as people type it."""
    return CliRunner().invoke(main, [str(arguments[0]), "--root", str(root), *map(str, arguments[1:])])


def everything(root: Path) -> dict[str, bytes]:
    """All files below a folder but those of build/, and where links lead."""
    return {
        path.relative_to(root).as_posix(): str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or (path.is_file() and not path.is_relative_to(root / "build"))
    }


@pytest.fixture
def root(make_digest: MakeDigest) -> Path:
    return make_digest(FILES)


@pytest.fixture
def victim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's folder outside the digest, with something dear in it."""
    folder = tmp_path_factory.mktemp("victim")
    (folder / ".deep").mkdir()
    (folder / ".dear").write_text("dear\n")  # hidden, so that no reader of the catalog stumbles over it
    (folder / ".deep/too.txt").write_text("dear, too\n")
    return folder


@pytest.fixture
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that are given to commands, by what they hold."""
    folder = tmp_path_factory.mktemp("given")
    texts = {"refs.bib": REFERENCES, "listing.txt": LISTING, "form.md": FORM}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return {name: folder / name for name in texts}


@pytest.fixture
def mirror(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> Apis:
    """The APIs on loopback, where the commands look for a caching proxy."""
    apis.play()
    apis.answer("api.semanticscholar.org", "/graph/v1/paper/batch?fields=citationCount", '[{"citationCount": 3}]')
    monkeypatch.setenv("PAPER_DIGEST_MIRROR", apis.base)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795910400")  # 2026-11-29
    return apis


def lead_away(root: Path, place: str, victim: Path) -> None:
    """Put a link in the place of what is there: to the same, beside something dear, outside the digest."""
    path, target = root / place, victim
    if path.is_dir():
        shutil.copytree(path, victim, dirs_exist_ok=True)
        shutil.rmtree(path)
    elif path.is_file():
        target = Path(shutil.move(path, victim / ".dear"))
    elif path.suffix:
        target = victim / "of-nobody-yet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build folder that `generate` makes of this digest: made once, to be copied."""
    root = tmp_path_factory.mktemp("generated")
    for name, text in {**BASICS, **FILES}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    done = run(root, "generate")
    assert done.exit_code == 0, done.output
    return root / "build"
