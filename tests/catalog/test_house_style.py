from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.records import Category, Issue, Paper, Tag
from paper_digest.catalog.source import parse_source, plain
from paper_digest.editing.house_style import Layout, amended, formatted
from paper_digest.editing.rewriting import layout_of, out_of_style
from paper_digest.editing.style import paper_yaml
from paper_digest.problems import ProblemsFound
from tests.conftest import PAPER, MakeDigest

ALONE = Layout("content/papers/a.yaml", Paper, {"id": "a"})
LISTED = Layout("content/papers/list.yaml", Paper)

MESSY = """\
# A paper about things.

tags: [mri,
   rlhf]  # both
title: 'It''s: a paper # not a comment'   # the title

# the people
authors:
- Ada Lovelace
# is this one right?
- {name: Plato, orcid: 0000-0002-1825-0097}
x-mine: {a: 1}
abstract: |   # as printed
  One. # no comment

  Two.
summary: {text: "One sentence that is long enough.", by: human}
categories: [vision]
added: "2026-11-20"   \n\
doi:
arxiv: 2410.00010
# at the end
"""

NEAT = """\
# A paper about things.
title: "It's: a paper # not a comment"  # the title
# the people
authors:
- Ada Lovelace
# is this one right?
- {name: Plato, orcid: 0000-0002-1825-0097}
abstract: |   # as printed
  One. # no comment

  Two.
summary:
  text: >
    One sentence that is long enough.
  by: human
categories: [vision]
tags: [mri,
   rlhf]  # both
added: 2026-11-20
arxiv: "2410.00010"
doi:
x-mine: {a: 1}
# at the end
"""


def values(text: str) -> object:
    return plain(parse_source(text.encode(), "a.yaml").root)


def test_keys_come_in_order_and_every_comment_stays_where_it_belongs() -> None:
    assert formatted(MESSY, ALONE) == NEAT


def test_what_is_in_house_style_stays_as_it_is_to_the_byte() -> None:
    neat = formatted(MESSY, ALONE)
    assert formatted(neat, ALONE) == neat


def test_a_written_paper_is_in_house_style() -> None:
    paper = Paper.model_validate({"id": "a", "title": "T: x", "abstract": "Words " * 60, "authors": ["A B"] * 30})
    assert formatted(paper_yaml(paper), ALONE) == paper_yaml(paper)


def test_windows_line_ends_and_a_byte_order_mark_go() -> None:
    assert formatted("\ufeff" + PAPER.replace("\n", "\r\n"), ALONE) == formatted(PAPER, ALONE)


def test_the_line_for_editors_is_put_on_top_once() -> None:
    layout = Layout("content/papers/a.yaml", Paper, {"id": "a"}, "# yaml-language-server: $schema=../schemas/x.json")
    once = formatted("# yaml-language-server: $schema=elsewhere.json\n" + PAPER, layout)
    assert once.splitlines()[0] == layout.modeline
    assert once.count("yaml-language-server") == 1
    assert formatted(once, layout) == once


def test_papers_in_a_list_are_brought_into_style_each_for_itself() -> None:
    listed = "# two\n- title: 'B'\n  id: b\n  abstract: x  # why\n\n# the second\n- {id: c, title: C, abstract: y}\n"
    assert formatted(listed, LISTED) == (
        '# two\n- id: b\n  title: "B"\n  abstract: >  # why\n    x\n\n# the second\n- {id: c, title: C, abstract: y}\n'
    )


def test_an_indented_list_of_tags_keeps_its_indentation() -> None:
    text = "  - title: CT\n    id: ct\n    kind: modality\n"
    assert formatted(text, Layout("content/tags.yaml", Tag)) == "  - id: ct\n    title: CT\n    kind: modality\n"


def test_line_breaks_of_an_intro_are_kept() -> None:
    text = "number: 1\ntitle: T\nsubject: S\npreheader: P\nintro: |\n  One  \n  two.\n\n  - a\nentries: [a, b]\n"
    fresh = formatted(text, Layout("content/issues/2026-11-24.yaml", Issue, {"date": "2026-11-24"}))
    assert Issue.model_validate({"date": "2026-11-24", **dict(values(fresh))}).intro == "One  \ntwo.\n\n- a\n"  # type: ignore[call-overload]  # a mapping


def test_a_file_with_faults_is_told_and_not_touched() -> None:
    with pytest.raises(ProblemsFound) as found:
        formatted("title: x\ncolour: red\n", ALONE)
    assert [str(problem.where) for problem in found.value.problems] == ["content/papers/a.yaml:2:1"]


def test_own_keys_inside_a_value_are_never_lost() -> None:
    text = PAPER + "links:   {code: https://a.example, x-seen: 'yes'}\n"
    assert "x-seen: 'yes'" in formatted(text, ALONE)


def test_a_change_touches_its_key_alone() -> None:
    changed = amended(MESSY, ALONE, {"doi": "10.1000/x"})
    assert changed == MESSY.replace("doi:\n", "doi: 10.1000/x\n")


def test_a_new_key_takes_its_place_in_the_order() -> None:
    changed = amended(NEAT, ALONE, {"venue": {"name": "ICLR", "year": 2025}, "status": "corrected"})
    assert "doi:\nvenue: {name: ICLR, year: 2025}\nstatus: corrected\nx-mine: {a: 1}\n" in changed


def test_a_deleted_key_leaves_its_comments() -> None:
    changed = amended(MESSY, ALONE, {"tags": None})
    assert "tags:" not in changed
    assert "# both" in changed


def test_one_paper_of_a_list_can_be_changed() -> None:
    listed = "- id: b\n  title: B\n  abstract: x\n- id: c\n  title: C\n  abstract: y\n"
    changed = amended(listed, LISTED, {"doi": "10.1000/x"}, record="c")
    assert changed == listed + "  doi: 10.1000/x\n"


def test_a_paper_in_braces_is_not_changed_by_a_program() -> None:
    with pytest.raises(ProblemsFound, match="stands in braces"):
        amended("- {id: b, title: B, abstract: x}\n", LISTED, {"doi": "10.1000/x"}, record="b")


@pytest.mark.parametrize(
    "listed",
    [
        "[{id: b, title: B, abstract: x}]\n",
        "- id: b\n  title: B\n# flush left, inside\n  abstract: x\n",
        "- id: c\n  title: C\n  abstract: x\n",
    ],
)
def test_a_change_that_reaches_nothing_is_refused_and_not_told_as_done(listed: str) -> None:
    with pytest.raises(ProblemsFound, match="hide it from a program"):
        amended(listed, LISTED, {"doi": "10.1000/x"}, record="b")


@pytest.mark.parametrize("text", ["just text\n", "---\njust: [a\n", "- a\n- b\n", "---\n"])
def test_a_file_that_holds_no_record_is_told_and_no_fault_of_the_program(text: str) -> None:
    with pytest.raises(ProblemsFound):
        formatted(text, ALONE)


SIGNS = [
    ('title: "X"#keep me\nabstract: y\n', "#keep me"),
    ("authors: [Ada Lovelace,#first\n  Bob]\ntitle: x\nabstract: y\n", "#first"),
    ("title: x\nabstract: >#c\n  y\n", "#c"),
    ("title: x\nabstract: y\ncategories: [vision]#why\n", "#why"),
]


@pytest.mark.parametrize(("text", "comment"), SIGNS)
def test_a_comment_without_a_space_before_it_is_one_too(text: str, comment: str) -> None:
    assert comment in formatted(text, ALONE)
    assert comment in amended(text, ALONE, {"doi": "10.1000/x"})


def test_a_comment_behind_a_list_that_takes_two_lines_stands_above_it() -> None:
    names = ", ".join(f"Jose Javier Gonzalez Ortiz {number}" for number in range(8))
    fresh = formatted(f"title: x\nabstract: y\nauthors: [{names}] # as printed\n", ALONE)
    assert "# as printed\nauthors: [Jose" in fresh
    assert formatted(fresh, ALONE) == fresh


@pytest.mark.parametrize(
    "text", ['{\ntitle: "X",\nabstract: "y",\ncategories: [vision]\n}\n', "{title: x, abstract: y}\n"]
)
def test_a_paper_in_braces_stays_as_it_is(text: str) -> None:
    assert formatted(text, ALONE) == text
    with pytest.raises(ProblemsFound, match="stands in braces"):
        amended(text, ALONE, {"doi": "10.1000/x"})


def test_one_odd_item_keeps_no_other_from_its_style() -> None:
    odd = "-\n  id: a\n  abstract: x\n  title: A\n"
    listed = odd + "- title: B\n  # about the id\n  id: b\n  abstract: x\n"
    fresh = formatted(listed, LISTED)
    assert fresh == odd + '# about the id\n- id: b\n  title: "B"\n  abstract: >\n    x\n'
    assert formatted(fresh, LISTED) == fresh
    assert "doi: 10.1000/x" in amended(fresh, LISTED, {"doi": "10.1000/x"}, record="b")


def test_a_comment_behind_a_dash_goes_above_it() -> None:
    assert formatted("- # note\n  id: a\n  title: A\n  abstract: x\n", LISTED).startswith("# note\n- id: a\n")


def test_a_comment_right_above_the_first_key_goes_with_it_and_a_header_stays() -> None:
    text = "# The file.\n\n# The DOI is that of the preprint.\ndoi: 10.1000/xyz\ntitle: X\nabstract: y\n"
    fresh = formatted(text, ALONE)
    assert fresh.startswith('# The file.\ntitle: "X"\n')
    assert "# The DOI is that of the preprint.\ndoi: 10.1000/xyz\n" in fresh


def test_empty_lines_that_an_own_key_keeps_are_kept_or_the_file_is_left_alone() -> None:
    with pytest.raises(ProblemsFound, match="without changing what it says"):
        formatted("title: x\nabstract: y\nx-a: |+\n  foo\n\n\n", ALONE)


def test_a_key_that_holds_own_keys_is_not_changed_by_a_program() -> None:
    text = PAPER + "links: {code: https://a.example, x-mirror: https://m.example}\n"
    with pytest.raises(ProblemsFound, match="keys of somebody's own"):
        amended(text, ALONE, {"links": {"code": "https://b.example"}})


def test_an_empty_list_stays_one() -> None:
    assert formatted("[]\n", LISTED) == "[]\n"


def test_a_change_that_is_not_valid_is_refused() -> None:
    with pytest.raises(ProblemsFound, match="is not a DOI"):
        amended(PAPER, ALONE, {"doi": "none"})


def test_categories_keep_their_reading_paths() -> None:
    text = (
        "- id: a\n  title: A\n  family: f\n  start_here:\n    - {paper: p, why: 'Because: so.'}\n"
        "    - {why: Then, paper: q}\n  description: Words.\n"
    )
    fresh = formatted(text, Layout("content/categories.yaml", Category))
    assert [Category.model_validate(each) for each in values(fresh)] == [  # type: ignore[attr-defined]  # a list
        Category.model_validate(each)
        for each in values(text)  # type: ignore[attr-defined]  # a list
    ]
    assert '    - paper: p\n      why: "Because: so."\n' in fresh


comments = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(
    lambda words: f"# {words}".rstrip()
)


KEYS = ["doi: 10.1000/x", "added: 2026-11-20", "status: active", "categories: [vision]"]


@given(st.permutations(KEYS), comments)
def test_any_comment_above_or_behind_a_key_survives(keys: list[str], comment: str) -> None:
    text = "title: x\nabstract: y\n" + "".join(f"{comment}\n{key}  {comment}\n" for key in keys)
    lines = formatted(text, ALONE).splitlines()
    assert sum(line == comment for line in lines) == len(keys)
    assert sum(line.endswith(f"  {comment}") for line in lines) == len(keys)


def test_every_file_of_a_digest_is_found_and_json_is_left_alone(make_digest: MakeDigest) -> None:
    files = {
        "content/papers/a.yaml": "abstract: x\ntitle: A\ncategories: [vision]\n",
        "content/papers/b.json": '{"abstract": "x", "title": "B", "categories": ["vision"]}',
        "content/papers/c.yaml": "title: [\n",
    }
    root = make_digest(files)
    rewrites, problems = out_of_style(root)
    assert "content/papers/a.yaml" in {rewrite.shown_as for rewrite in rewrites}
    assert [problem.where.path for problem in problems] == ["content/papers/c.yaml"]
    assert layout_of(root / "content/papers/b.json", root) is None


def test_files_that_are_named_are_the_only_ones_looked_at(make_digest: MakeDigest) -> None:
    root = make_digest({"content/papers/a.yaml": PAPER, "content/papers/b.yaml": PAPER})
    rewrites, _ = out_of_style(root, (root / Path("content/papers/b.yaml"),))
    assert [rewrite.shown_as for rewrite in rewrites] == ["content/papers/b.yaml"]
