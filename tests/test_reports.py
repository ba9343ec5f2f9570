from __future__ import annotations

import json

import pytest

from paper_digest.problems import Problem, Severity, SourceRef
from paper_digest.reports import FORMATS, as_github, as_json, as_sarif, as_text, tally

ERROR = Problem(SourceRef("content/papers/a, b.yaml", 3, 7), "unknown tag `x:y`", "100 %: did you mean `xy`?")
WARNING = Problem(SourceRef("mkdocs.yml"), "no `repo_url`", "add it", Severity.WARNING)
PROBLEMS = [ERROR, WARNING]
COUNTS = {"papers": 1, "categories": 2}


def test_text_has_one_problem_a_line_its_remedy_and_a_count() -> None:
    assert as_text(PROBLEMS, COUNTS).splitlines() == [
        "content/papers/a, b.yaml:3:7: unknown tag `x:y`",
        "    100 %: did you mean `xy`?",
        "mkdocs.yml:1:1: warning: no `repo_url`",
        "    add it",
        "1 error and 1 warning in 1 paper, 2 categories.",
    ]


def test_github_gets_a_command_that_no_text_can_break_out_of() -> None:
    hostile = Problem(SourceRef("a.yaml", 1, 2), "bad\n::error::forged, 50%", "do\r\n::set-output::x")
    first, *rest = as_github([hostile], COUNTS).splitlines()
    assert first == (
        "::error file=a.yaml,line=1,col=2,title=bad%0A%3A%3Aerror%3A%3Aforged%2C 50%25::do%0D%0A::set-output::x"
    )
    assert not any(line.lstrip().startswith("::") for line in rest)
    assert rest[-1] == "1 error in 1 paper, 2 categories."


def test_github_marks_warnings_as_such() -> None:
    assert as_github([WARNING], COUNTS).startswith("::warning file=mkdocs.yml,line=1,col=1,title=no `repo_url`::add it")


def test_json_is_one_document() -> None:
    document = json.loads(as_json(PROBLEMS, COUNTS))
    assert document["counts"] == COUNTS
    assert document["problems"][0]["rule"] == "unknown-tag"


def test_sarif_places_every_result_and_names_its_rule() -> None:
    [run] = json.loads(as_sarif(PROBLEMS, COUNTS))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    first = run["results"][0]
    assert rules[first["ruleIndex"]] == first["ruleId"] == "unknown-tag"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "content/papers/a%2C%20b.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 7}
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


@pytest.mark.parametrize("shape", FORMATS)
def test_no_problems_are_told_in_every_form(shape: str) -> None:
    assert FORMATS[shape]([], {"papers": 0})


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ("unknown tag `a b`", "unknown-tag"),
        ("the id `x` is taken: content/papers/a.yaml:3:7", "the-id-is-taken"),
        ("added: 2027-01-01 is still to come", "added-is-still-to-come"),
        ("`…`", "problem"),
    ],
)
def test_a_rule_is_named_by_the_words_that_stay_the_same(what: str, rule: str) -> None:
    assert Problem(SourceRef("a"), what, "").rule == rule


@pytest.mark.parametrize(
    ("problems", "words"), [([], "No problems"), ([ERROR, ERROR], "2 errors"), ([WARNING], "1 warning")]
)
def test_a_tally_counts_what_there_is(problems: list[Problem], words: str) -> None:
    assert tally(problems) == words
