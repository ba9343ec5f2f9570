"""A bibliography beside a listing: JSON Lines, one object a paper, matched by title.

Known keys: `title` (to match by), `arxiv`, `doi`, `authors`, `venue`, `year`, `code`, and what a curator may have
prepared: `id`, `categories`, `tags`, `summary`. What is null is unknown; other keys are passed over.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from paper_digest import reading
from paper_digest.catalog.records import ArxivId, Author, Doi, Identifier, Line, Summary, WebAddress, from_text
from paper_digest.problems import Problem, ProblemsFound, SourceRef
from paper_digest.words import text


class Facts(BaseModel):
    """What a bibliography knows of one paper."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: Line
    arxiv: ArxivId | None = None
    doi: Doi | None = None
    authors: tuple[Annotated[Author, BeforeValidator(from_text("name"))], ...] | None = None
    venue: Line | None = None
    year: int | None = None
    code: WebAddress | None = None
    id: Identifier | None = None
    categories: tuple[Identifier, ...] = ()
    tags: tuple[Line, ...] = ()
    summary: Summary | None = None


class Bibliography:
    """Facts by title, however it is spelled."""

    def __init__(self, facts: list[Facts]) -> None:
        self._by_title = {text.comparable(entry.title): entry for entry in facts}

    def find(self, title: str) -> Facts | None:
        """The facts for a title."""
        return self._by_title.get(text.comparable(title))

    def __len__(self) -> int:
        return len(self._by_title)


def read(path: Path) -> Bibliography:
    """Read a bibliography. Raises ProblemsFound with every line that is not of the form."""
    facts: list[Facts] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            facts.append(Facts.model_validate(json.loads(line)))
        except json.JSONDecodeError as error:
            where = SourceRef(path.name, number, error.colno)
            problems.append(Problem(where, f"is not valid JSON here: {error.msg}", "write one JSON object a line"))
        except ValidationError as error:
            problems += [_told(details, SourceRef(path.name, number)) for details in error.errors()]
        except (ValueError, RecursionError):
            problems.append(
                Problem(SourceRef(path.name, number), "cannot be read", "write one plain JSON object a line")
            )
    if problems:
        raise ProblemsFound(problems)
    return Bibliography(facts)


def read_text(path: Path) -> str:
    """A text file in UTF-8. Raises ProblemsFound when it is not."""
    try:
        return reading.read_text(path, encoding="utf-8-sig")
    except OSError as error:
        problem = Problem(SourceRef(path.name), f"cannot be read: {error.strerror}", "name a file of text")
        raise ProblemsFound([problem]) from None
    except UnicodeDecodeError as error:
        problem = Problem(SourceRef(path.name), f"is not UTF-8 text: {error.reason}", "save the file as UTF-8")
        raise ProblemsFound([problem]) from error


def _told(details: ErrorDetails, where: SourceRef) -> Problem:
    name = details["loc"][0] if details["loc"] else "the line"
    if details["type"] == "fault":
        context = details["ctx"]
        return Problem(where, f"{name}: {context['what']}", context["remedy"])
    if details["type"] == "missing":
        return Problem(where, f"`{name}` is missing", "add it: it says which paper the facts are of")
    return Problem(where, f"{name}: the value is not of the form that this key has", "correct the value, or write null")
