"""How a fault in the data is told: where it is, what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, order=True)
class SourceRef:
    """A place in a file: its path relative to the digest's root, and a line and column that count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}:{self.column}"


def shown(path: str) -> str:
    """A path on one line, whatever a file is called."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in path)


class Severity(StrEnum):
    """An error stops the build; a warning is shown and passes."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """One fault, with the remedy a contributor needs to mend it."""

    where: SourceRef
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        label = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.where}: {label}{_one_line(self.what)}\n    {_one_line(self.remedy)}"

    @property
    def rule(self) -> str:
        """What kind of problem it is: the words that are the same whatever it is about (`unknown-tag`)."""
        fixed = re.sub(r"`[^`]*`|[0-9][\w.,:/-]*|(?<= )content/\S+", " ", self.what)
        return "-".join(re.findall(r"[a-z]+", fixed.lower())[:8]) or "problem"

    def as_data(self) -> dict[str, str | int]:
        """The problem as plain values, for `--format json`."""
        return {
            "path": self.where.path,
            "line": self.where.line,
            "column": self.where.column,
            "severity": str(self.severity),
            "rule": self.rule,
            "what": self.what,
            "remedy": self.remedy,
        }


def _one_line(words: str) -> str:
    """Words that quote a value, on one line whatever is in it."""
    return " ".join(words.split())


class ProblemsFound(Exception):  # noqa: N818 - it carries problems; it is not one of the program's errors
    """Carries the problems of an input up to the command that shows them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that stop a build."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
