"""Problems in the forms that people and programs read: text, JSON, GitHub's annotations and SARIF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from paper_digest.problems import Problem, Severity, errors_of

SARIF_VERSION = "2.1.0"
Counts = Mapping[str, int]


def as_text(problems: Sequence[Problem], counts: Counts) -> str:
    """One problem a line, its remedy indented below, and a last line that counts."""
    records = ", ".join(counted(count, what) for what, count in counts.items())
    return "".join(f"{problem}\n" for problem in problems) + f"{tally(problems)} in {records}."


def as_json(problems: Sequence[Problem], counts: Counts) -> str:
    """One JSON document: the problems, and how many records there are."""
    found = [problem.as_data() for problem in problems]
    return json.dumps({"problems": found, "counts": dict(counts)}, ensure_ascii=False)


def as_github(problems: Sequence[Problem], counts: Counts) -> str:
    """Workflow commands, by which GitHub marks the lines of a pull request; then the same as text, for its log.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(f"{_annotation(problem)}\n" for problem in problems) + without_commands(as_text(problems, counts))


def as_sarif(problems: Sequence[Problem], counts: Counts) -> str:  # noqa: ARG001 - every form takes the same
    """A SARIF log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for whatever collects findings."""
    rules = sorted({problem.rule for problem in problems})
    driver = {"name": "paper-digest", "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules) for problem in problems],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": SARIF_VERSION, "runs": [run]}, ensure_ascii=False, indent=1)


FORMATS: Mapping[str, Callable[[Sequence[Problem], Counts], str]] = {
    "text": as_text,
    "github": as_github,
    "json": as_json,
    "sarif": as_sarif,
}


def tally(problems: Sequence[Problem]) -> str:
    """How many errors and warnings there are, in words."""
    errors = len(errors_of(problems))
    counts = {"errors": errors, "warnings": len(problems) - errors}
    return " and ".join(counted(count, what) for what, count in counts.items() if count) or "No problems"


def counted(count: int, plural: str) -> str:
    """A number of things, in words: `1 paper`, `2 categories`."""
    singular = {"categories": "category"}.get(plural, plural.removesuffix("s"))
    return f"{count} {singular if count == 1 else plural}"


def _annotation(problem: Problem) -> str:
    where = problem.where
    place = f"file={_property(where.path)},line={where.line},col={where.column}"
    return f"::{problem.severity} {place},title={_property(problem.what)}::{_data(problem.remedy)}"


def without_commands(text: str) -> str:
    """A text for a workflow's log that commands nothing there: not by `::` at the start of a line, however it ends, nor
    by `##[` anywhere (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs)."""
    lines = (re.sub(r"^(\s*)(?=::)", r"\1| ", line) for line in text.splitlines())
    return "\n".join(lines).replace("##[", "## [") + ("\n" if text.endswith("\n") else "")


def _data(text: str) -> str:
    return text.replace("##[", "## [").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _result(problem: Problem, rules: list[str]) -> dict[str, Any]:
    where = problem.where
    location = {
        "artifactLocation": {"uri": quote(where.path)},
        "region": {"startLine": where.line, "startColumn": where.column},
    }
    return {
        "ruleId": problem.rule,
        "ruleIndex": rules.index(problem.rule),
        "level": "error" if problem.severity is Severity.ERROR else "warning",
        "message": {"text": f"{problem.what}\n{problem.remedy}"},
        "locations": [{"physicalLocation": location}],
    }
