from __future__ import annotations

import pytest

from paper_digest.diff import as_text
from paper_digest.diff.fields import Delta
from paper_digest.diff.surroundings import Around
from tests.conftest import BASICS
from tests.diff.conftest import DATED, OTHER, Compare, P, Q

TAGS, DIGEST, CATEGORIES, CONFIG = (
    BASICS[name] for name in ("content/tags.yaml", "content/digest.yaml", "content/categories.yaml", "mkdocs.yml")
)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("content/tags.yaml", TAGS + "- {id: ct, title: CT, kind: modality}\n", Around("+", "tag", "ct")),
        ("content/tags.yaml", TAGS.splitlines()[0], Around("-", "tag", "rlhf")),
        (
            "content/categories.yaml",
            CATEGORIES.replace("Words.", "All words."),
            Around("~", "category", "language", (Delta("description", "Words.", "All words."),)),
        ),
        (
            "content/categories.yaml",
            "\n".join(reversed(CATEGORIES.splitlines())),
            Around("~", "category", "list", (Delta("order", remark="is another"),)),
        ),
        (
            "content/venues.yaml",
            "- {name: ICLR, title: International Conference, kind: workshop, aliases: [Iclr conf]}\n",
            Around("~", "venue", "ICLR", (Delta("kind", "conference", "workshop"),)),
        ),
        (
            "content/digest.yaml",
            DIGEST + "feeds: {size: 20}\nemail: {from: a@b.example}\n",
            Around(
                "~", "settings", "digest", (Delta("feeds.size", "50", "20"), Delta("email.from", None, "a@b.example"))
            ),
        ),
        ("content/pages/about.md", "# About\n", Around("+", "page", "about")),
        (
            "mkdocs.yml",
            CONFIG.replace("Test Digest", "Best Digest") + "nav: [{Papers: papers/index.md}]\n",
            Around(
                "~",
                "site",
                "mkdocs.yml",
                (
                    Delta("name", "Test Digest", "Best Digest"),
                    Delta("description", "Test Digest", "Best Digest"),
                    Delta("nav", "", "papers/"),
                ),
            ),
        ),
        (
            "mkdocs.yml",
            CONFIG + "hooks: [surprise.py]\n",
            Around("~", "site", "mkdocs.yml", (Delta("file", remark="says something else: see what"),)),
        ),
    ],
)  # fmt: skip
def test_what_changed_around_the_papers_is_told_briefly(
    compare: Compare, name: str, content: str, expected: Around
) -> None:
    assert compare({P: DATED}, {P: DATED, name: content}).around == (expected,)


def test_a_changed_page_is_told_by_its_lines(compare: Compare) -> None:
    about = "content/pages/about.md"
    changes = compare({P: DATED, about: "# About\n\nOne.\n"}, {P: DATED, about: "# About\n\nTwo.\nThree.\n"})
    assert changes.around == (Around("~", "page", "about", (Delta("lines", remark="2 added, 1 removed"),)),)
    assert "    ~ lines: 2 added, 1 removed" in as_text(changes)


def test_a_warning_is_new_whatever_its_line(compare: Compare) -> None:
    doubtful = DATED + "summary: {text: Short., by: human}\n"
    moved = f"# A comment.\n{doubtful}"
    changes = compare({P: doubtful}, {P: moved, Q: OTHER + "summary: {text: Tiny., by: human}\n"})
    [warning] = changes.warnings
    assert warning.where.path == Q
    shown = as_text(changes)
    assert "1 new warning" in shown
    assert "! content/papers/q.yaml:5:17 summary: 5 characters" in shown


def test_warnings_that_are_gone_are_counted(compare: Compare) -> None:
    changes = compare({P: DATED + "summary: {text: Short., by: human}\n"}, {P: DATED})
    assert (changes.warnings, changes.mended) == ((), 1)
    assert "1 warning gone" in as_text(changes)
