"""What a clone promises beside its code: locks, documents, colours."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from paper_digest.catalog.catalog import load
from paper_digest.editing.rewriting import out_of_style
from tests.conftest import REPOSITORY, MakeDigest

LOCKS = [REPOSITORY / "requirements/site.txt", REPOSITORY / "requirements/test.txt"]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+==\S+).*?((?:\s+--hash=sha256:[0-9a-f]{64}\s*\\?)+)", lock, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(lock: Path) -> None:
    text = lock.read_text("utf-8")
    named = re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)
    assert len(pins(text)) == len(named)
    assert "://" not in text
    assert "index" not in text


def test_what_both_locks_hold_is_the_same_version() -> None:
    site, test = (set(pins(lock.read_text("utf-8"))) for lock in LOCKS)
    assert site <= test


def test_ci_runs_the_readmes_test_command() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert "make test" in readme
    assert re.search(r"^make test$", (REPOSITORY / ".ci/run").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md"]
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    text = (REPOSITORY / document).read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    missing = [
        target
        for target in targets
        if "://" not in target and not (REPOSITORY / document).parent.joinpath(target).exists()
    ]
    assert missing == []


def test_every_room_is_in_the_architecture() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text("utf-8")
    rooms = {
        path.name.removesuffix(".py")
        for path in (REPOSITORY / "generator/paper_digest").iterdir()
        if path.suffix in {"", ".py"} and path.stem[:2] != "__"
    }
    assert {room for room in rooms if f"`{room}`" not in text} == set()


FOUNDING_HOST = "paper-digest.github.io"


def test_the_program_does_not_hold_the_address_of_the_digest_that_it_was_made_for() -> None:
    """A fork has its own in mkdocs.yml. What curators write may name any address."""
    tracked = ("generator", "theme", ".github", "requirements", ".ci")
    found = [
        path
        for folder in tracked
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".yaml", ".yml", ".md", ".j2", ".html", ".css", ".js", ".sh", ".txt"}
        and FOUNDING_HOST in path.read_text("utf-8")
    ]
    assert found == []


def test_setting_up_says_plainly_that_python_is_missing(tmp_path: Path) -> None:
    script = REPOSITORY / "requirements/setup.sh"
    done = subprocess.run(
        ["/bin/sh", str(script), "site"],
        cwd=str(tmp_path),
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "This machine is not ready: there is no Python 3.11 or later." in done.stderr


PAIRS = [
    (front, back)
    for fronts, backs in (
        ("ink soft accent alarm", "paper tint"),
        ("ink soft accent", "sheet"),
        ("accent-ink", "accent"),
    )
    for front in fronts.split()
    for back in backs.split()
]


@pytest.mark.parametrize("palette", [":root {", ':root[data-theme="dark"] {'], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_every_pair_of_colours_can_be_read(palette: str, front: str, back: str) -> None:
    css = (REPOSITORY / "theme/overrides/assets/css/digest.css").read_text("utf-8")
    rules = css.split(palette, 1)[1].split("}", 1)[0]

    def luminance(name: str) -> float:
        [colour] = re.findall(rf"--{name}: #([0-9a-f]{{6}})", rules)
        channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def example_of(document: str) -> str:
    text = (REPOSITORY / document).read_text("utf-8")
    [example] = re.findall(r"```yaml\n(# content/papers/.*?)```", text, re.DOTALL)
    return str(example)


def test_check_has_nothing_against_the_commented_paper(make_digest: MakeDigest) -> None:
    names = {
        "content/categories.yaml": "- {id: segmentation, title: S, family: f, description: D}\n",
        "content/tags.yaml": "- {id: few-shot, title: F, kind: technique}\n- {id: dataset, title: D, kind: quality}\n",
        "content/venues.yaml": "- {name: ICCV, title: Computer Vision, kind: conference}\n",
    }
    root = make_digest({**names, "content/papers/2023/universeg.yaml": example_of("CONTRIBUTING.md")})
    assert load(root, date(2026, 11, 24)).problems == []


def test_the_commented_paper_is_in_the_order_of_house_style(make_digest: MakeDigest) -> None:
    place = "content/papers/2023/universeg.yaml"
    root = make_digest({place: example_of("CONTRIBUTING.md")})
    [fresh] = [rewrite.fresh for rewrite in out_of_style(root, (root / place,))[0]] or [example_of("CONTRIBUTING.md")]
    keys = [re.findall(r"^[a-z]+:", text, re.MULTILINE) for text in (fresh, example_of("CONTRIBUTING.md"))]
    assert keys[0] == keys[1]
