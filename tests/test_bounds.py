"""Texts that would take minutes, or more depth than there is, are told before anything reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.digest.opening import examine
from paper_digest.words import prose
from paper_digest.words.bounds import too_much
from tests.conftest import PAPER, TODAY, MakeDigest

ENDLESS = ["- " * 3_000 + "a", "1. " * 3_000 + "a", "> " * 3_000 + "a", "+ " * 100 + "a", "[" * 20_000, "![" * 5_000,
           "a[" * 5_000, "[x][" * 2_000, "<a " * 5_000, "<" * 19_000, "* - 1. > " * 9 + "a",
           "\n".join(" " * (4 * depth) + "- a" for depth in range(60))]  # fmt: skip
PAGES = [*ENDLESS, "[" * 30_000, "\n# a" * 20_000, "\n" * 10_000]


@pytest.mark.parametrize("text", ENDLESS, ids=range(len(ENDLESS)))
def test_an_intro_without_end_is_told_with_its_place(make_digest: MakeDigest, text: str) -> None:
    intro = "".join(f"  {line}\n" for line in text[:19_000].split("\n"))
    issue = f"number: 1\ntitle: T\nsubject: S\npreheader: P\nintro: |\n  Hello.\n\n{intro}entries: [p]\n"
    root = make_digest({"content/papers/p.yaml": PAPER, "content/issues/2026-11-20.yaml": issue})
    [problem] = [each for each in examine(root, TODAY).problems if "issues" in each.where.path]
    assert problem.where.line == 5
    assert problem.remedy


@pytest.mark.parametrize("text", PAGES, ids=range(len(PAGES)))
def test_a_page_without_end_is_told_with_its_place(make_digest: MakeDigest, text: str) -> None:
    root = make_digest({"content/papers/p.yaml": PAPER, "content/pages/about.md": f"# About\n\nHello.\n\n{text}\n"})
    problems = [each for each in examine(root, TODAY).problems if each.where.path == "content/pages/about.md"]
    assert problems
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    "text",
    ["---\n", "* * * * * * * * * * * * *\n", "- a\n    - b\n        - c\n", "a-----------b\n", "x < y > z\n",
     "\n\n".join(["[a](https://a.example)"] * 300), "----------------------------------------------a"],
)  # fmt: skip
def test_what_people_write_is_not_told(text: str) -> None:
    assert too_much(text) is None


SIGNS = ["- ", "1. ", "> ", "* ", "[", "](", "<", ">", "a", "\n", "    ", "`", "!", "**"]


@given(st.lists(st.sampled_from(SIGNS), max_size=400))
def test_what_is_within_bounds_is_read_without_running_out_of_depth(parts: list[str]) -> None:
    text = "".join(parts)
    if too_much(text) is None:
        prose.html(text)


@pytest.mark.parametrize(
    ("page", "line", "what"),
    [
        ("---\ntitle: [[[\n---\n# A\n", 3, None),
        ("---\ntitle: " + "[" * 100 + "]" * 100 + "\n---\n# A\n", 2, "nested more than"),
        ("---\na: &a [x]\nb: *a\n---\n# A\n", 2, "an anchor"),
        ("---\nhead: <script>\n---\n# A\n", 1, "belongs to the site's own pages"),
        ("---\nforms_to: https://elsewhere.example\n---\n# A\n", 1, "belongs to the site's own pages"),
        ("# A {#F-search}\n", 1, "begins with `F-`"),
        ("# A\n\n<p ID='x' id = 'F-content'>\n", 3, "begins with `F-`"),
    ],
)  # fmt: skip
def test_pages_that_meddle_with_the_frame_are_told(
    make_digest: MakeDigest, page: str, line: int, what: str | None
) -> None:
    root = make_digest({"content/papers/p.yaml": PAPER, "content/pages/about.md": page})
    [problem] = [each for each in examine(root, TODAY).problems if each.where.path == "content/pages/about.md"]
    assert problem.where.line == line
    assert what is None or what in problem.what


@pytest.mark.parametrize("name", ["com1", "lpt1", "nul", "aux", "com0", "lpt9"])
@pytest.mark.parametrize("place", ["content/papers/{}.yaml", "content/pages/{}.md"])
def test_names_that_windows_cannot_hold_are_told(make_digest: MakeDigest, name: str, place: str) -> None:
    text = PAPER if "papers" in place else "# A\n"
    root = make_digest({place.format(name): text})
    assert any(name in problem.what or name in problem.where.path for problem in examine(root, TODAY).problems)
