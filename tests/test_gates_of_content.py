"""Days out of reach, ledgers that were emptied, and files that fmt would never leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.building.publishing import promised
from paper_digest.catalog.promises import taken_back
from paper_digest.catalog.records import Paper
from paper_digest.digest.opening import examine
from paper_digest.editing.house_style import Layout, formatted
from paper_digest.outputs import outputs
from paper_digest.problems import ProblemsFound
from tests.conftest import PAPER, TODAY, MakeDigest, site_of

MODELINE = "# yaml-language-server: $schema=../schemas/paper.schema.json"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "3000-01-01"])
@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("content/papers/q.yaml", PAPER.replace("A paper", "Another") + "added: {}\n"),
        ("content/papers/q.yaml", PAPER.replace("A paper", "Another") + "updated: {}\n"),
        ("content/issues/{}.yaml", "number: 1\ntitle: T\nsubject: S\npreheader: P\nintro: Hi.\nentries: [p]\n"),
        ("content/metrics/{}.json", '{{\n "date": "{}",\n "papers": {{}}\n}}\n'),
        ("content/gone.yaml", "- {{kind: paper, id: x, date: {}, reason: None.}}\n"),
    ],
)
def test_days_out_of_reach_are_told(make_digest: MakeDigest, day: str, place: str, text: str) -> None:
    root = make_digest({"content/papers/p.yaml": PAPER, place.format(day): text.format(day)})
    assert any(problem.where.path == place.format(day) for problem in examine(root, TODAY).problems)


@pytest.mark.parametrize("day", ["1000", "9999-12-31", "1900-01-01"])
def test_papers_of_any_year_are_published(make_digest: MakeDigest, day: str) -> None:
    root = make_digest({"content/papers/p.yaml": PAPER + f"published: {day}\nadded: 1900-01-01\n"})
    examined = examine(root, TODAY)
    assert examined.site is not None, examined.problems
    assert outputs(examined.site)


def test_a_ledger_that_only_grew_takes_nothing_back(make_digest: MakeDigest) -> None:
    small = promised(site_of(make_digest({"content/papers/p.yaml": PAPER})).catalog)
    large = promised(site_of(make_digest({"content/papers/q.yaml": PAPER.replace("A paper", "Another")})).catalog)
    assert list(taken_back(small, large)) == []
    assert list(taken_back(large, small)) != []


LINES = ["? title\n: A\n", "title: A\n", "abstract: B\n", "categories: [vision]\n", "# a comment\n", "\n", "---\n",
         f"{MODELINE}\n", "? abstract\n: B\n", "x-mine: 1\n", "categories:\n  - vision\n", "title: >\n  A\n",
         "  # deep\n",          "{title: A}\n", "...\n", "abstract: |\n  B\n\n  # no comment\n"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=9), st.booleans())
def test_what_fmt_wrote_it_leaves_alone(lines: list[str], has_modeline: bool) -> None:
    layout = Layout("content/papers/p.yaml", Paper, {"id": "p"}, MODELINE if has_modeline else "")
    try:
        once = formatted("".join(lines), layout)
    except ProblemsFound:
        return
    assert formatted(once, layout) == once
