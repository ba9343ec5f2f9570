"""Issues as GitHub makes them of the repository's own forms: so that a form, and what reads it, cannot drift apart.

rendered("add-paper", link="2410.13085", abstract="Two\\nlines.")
"""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from tests.conftest import REPOSITORY

NO_RESPONSE = "_No response_"


@cache
def fields(form: str) -> list[dict[str, Any]]:
    """The questions of a form, in its order. Its other elements stand beside them, and leave nothing in the issue."""
    body = yaml.safe_load((REPOSITORY / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8"))["body"]
    return [field for field in body if field["type"] != "markdown"]


def labels(form: str) -> list[str]:
    return [field["attributes"]["label"] for field in fields(form)]


def rendered(form: str, **answers: str) -> str:
    """The text of an issue: every question with its answer, or with what GitHub writes instead.

    Answers go by the ids of the fields, `paper_title` for `paper-title`. A choice is taken as it is, since other
    digests offer others.
    """
    asked = {field["id"].replace("-", "_"): field for field in fields(form)}
    assert set(answers) <= set(asked), f"{form} does not ask for all of {sorted(answers)}"
    told = {field["attributes"]["label"]: _answer(field, answers.get(name, "")) for name, field in asked.items()}
    return "\n\n".join(f"### {label}\n\n{answer}" for label, answer in told.items())


def edited_on_the_web(body: str) -> str:
    """The same issue, after somebody has saved it in a browser."""
    return body.replace("\r\n", "\n").replace("\n", "\r\n")


def _answer(field: dict[str, Any], answer: str) -> str:
    answer = answer.strip()
    assert field["type"] == "textarea" or "\n" not in answer, f"{field['id']} takes one line"
    assert answer or not field.get("validations", {}).get("required"), f"{field['id']} has to be answered"
    if not answer and field["type"] == "dropdown" and "default" in field["attributes"]:
        return str(field["attributes"]["options"][field["attributes"]["default"]])
    return answer or NO_RESPONSE
