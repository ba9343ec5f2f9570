"""What a change lets run is marked: settings that name code, theme, workflows and any file that works."""

from __future__ import annotations

import pytest

from paper_digest.building.publishing import as_json, promised
from paper_digest.diff import Changes, as_markdown, as_text, changes_since
from paper_digest.diff.running import Runs, works
from tests.conftest import BASICS, TODAY, site_of
from tests.diff.conftest import DATED, Compare, P, Repository

CONFIG = BASICS["mkdocs.yml"]


def runs(compare: Compare, before: str, after: str) -> list[str]:
    found = compare({"mkdocs.yml": CONFIG + before, P: DATED}, {"mkdocs.yml": CONFIG + after, P: DATED})
    return [f"{each.place} {each.what}" for each in found.running]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "hooks: [surprise.py]\n", "mkdocs.yml hooks: surprise.py came"),
        ("hooks: [a.py]\n", "", "mkdocs.yml hooks: a.py went"),
        ("plugins: []\n", "plugins: [search, {macros: {module_name: x}}]\n", "mkdocs.yml plugins: search, macros came"),
        ("", "plugins: {exec: {}}\n", "mkdocs.yml plugins: exec came"),
        ("", "markdown_extensions: [evil.ext]\n", "mkdocs.yml markdown_extensions: evil.ext came"),
        ("", "theme: {name: material, custom_dir: other}\n", "mkdocs.yml theme: other came"),
        ("", "extra: {f: !!python/name:os.system }\n", "mkdocs.yml functions: python/name:os.system came"),
        ("plugins: [{a: {x: 1}}]\n", "plugins: [{a: {x: 2}}]\n", "mkdocs.yml plugins, hooks, extensions or theme have"),
        ("", "extra_javascript: [x.js]\n", "mkdocs.yml plugins, hooks, extensions or theme have other settings"),
    ],
)
def test_settings_that_run_something_are_marked(compare: Compare, before: str, after: str, told: str) -> None:
    [found] = runs(compare, before, after)
    assert found.startswith(told)


@pytest.mark.parametrize(
    "place",
    ["theme/overrides/main.html", "requirements/site.txt", ".github/workflows/check.yml", "Makefile", "hook.py"],
)
def test_files_that_work_are_marked_in_folders_and_in_git(
    compare: Compare, with_digest: Repository, place: str
) -> None:
    marked = Runs(place, "is another, and works on the site")
    assert compare({P: DATED}, {P: DATED, place: "x"}).running == (marked,)
    with_digest.write({place: "x"})
    assert changes_since(with_digest.root, "HEAD", TODAY).running == (marked,)
    with_digest.commit({place: "y"})
    found: Changes = changes_since(with_digest.root, "HEAD^", TODAY)
    assert found.running == (marked,)
    for shown in (as_text(found), as_markdown(found)):
        assert "Read this as code" in shown
        assert place in shown


@pytest.mark.parametrize("name", ["content/papers/a.yaml", "README.md", "docs/x.md", "LICENSE", "mkdocs.yml"])
def test_what_is_only_read_is_not_marked(name: str) -> None:
    assert not works(name)


def test_promises_that_were_taken_out_are_told_against_the_base(with_digest: Repository) -> None:
    ledger = as_json(promised(site_of(with_digest.root).catalog))
    with_digest.commit({"content/published.json": ledger})
    emptied = ledger.split('"papers"')[0].rstrip().rstrip(",") + "\n}\n"
    with_digest.commit({"content/published.json": emptied})
    changes = changes_since(with_digest.root, "HEAD^", TODAY)
    assert {problem.what.split(" were")[0] for problem in changes.taken_back} >= {"1 promises to readers of papers"}
    (with_digest.root / "content/published.json").unlink()
    assert changes_since(with_digest.root, "HEAD^", TODAY).taken_back == changes.taken_back
