"""What people write by hand, and what they are told: one problem, at its place, with the line to write."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from paper_digest.catalog.catalog import load
from paper_digest.catalog.records import Paper
from paper_digest.catalog.source import parse_source
from paper_digest.editing.style import paper_yaml
from tests.conftest import TODAY, MakeDigest
from tests.references import DATA

CASES = yaml.safe_load((DATA / "yaml.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["trouble"] for case in CASES])
def test_what_is_written_by_hand_is_told_with_the_line_to_write(case: dict[str, Any], make_digest: MakeDigest) -> None:
    given = str(case["input"])
    name = "content/papers/a.yaml" if not given.startswith("- ") else "content/papers/list.yaml"
    problems = [problem for problem in load(make_digest({name: given}), TODAY).problems if _is_of(problem, case)]
    assert problems, [str(problem) for problem in load(make_digest({}), TODAY).problems]
    problem = problems[0]
    assert f"{problem.where.line}:{problem.where.column}" == case["at"]
    assert case["write"] in problem.remedy


def _is_of(problem: Any, case: dict[str, Any]) -> bool:
    return case["what"] in problem.what


@pytest.mark.parametrize(
    "sound",
    [
        "title: A title  # as on the page\n",
        "venue: ICLR # as on the page\n",
        "tags: [mri, rlhf] # both\n",
        "title: C#, F# and the like\n",
        'title: "An escape \\" and a break\\\n  here"\n',
        'title: "a line\\nand the next"\n',
        "title: It's [re]done {K}\n",
        "x-a:b: a key with a colon of its own\n",
        "links: {code: https://a.example/x#y}\n",
        "abstract: >\n  Conclusion: [a] b and title:x\n",
    ],
)
def test_what_is_meant_as_it_stands_is_left_alone(sound: str) -> None:
    assert parse_source(sound.encode(), "a.yaml").faults == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [('{"title": "$\\rho$"}', "`\\r` is a line break"), ('{"title": "3 \\times 4"}', "`\\t` is a tab")],
)
def test_escapes_of_json_that_were_latex_are_told_too(text: str, what: str) -> None:
    [fault] = parse_source(text.encode(), "a.json").faults
    assert what in fault.what
    assert (fault.where.line, fault.remedy) == (1, "write two backslashes for one")


def test_letters_of_all_planes_are_written_as_letters() -> None:
    title, long = "🚀 𝔸 𝒳 bees \\U0001F680", "𝒳 \ue000 " + "words of many letters " * 12
    paper = Paper.model_validate({"id": "a", "title": title, "abstract": long, "authors": ["𠮷野"]})
    text = paper_yaml(paper)
    assert "🚀 𝔸 𝒳 bees" in text
    assert "𠮷野" in text
    assert yaml.safe_load(text)["title"] == title
    assert yaml.safe_load(text)["abstract"].strip() == long.strip()
