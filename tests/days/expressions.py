"""GitHub's expressions, as far as the workflows use them: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>&&|\|\||==|!=|!|\(|\)|,)|(?P<name>[A-Za-z_][\w.-]*|\d+))")
STATUS = ("always", "success", "failure", "cancelled")

Functions = Mapping[str, Callable[..., Any]]


def filled(text: str, values: Mapping[str, Any], functions: Functions) -> str:
    """A text with its `${{ … }}` filled in."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluated(found[1], values, functions)), text)


def shown(value: Any) -> str:
    """A value as text: nothing is empty."""
    return {True: "true", False: "false", None: ""}.get(value, str(value)) if not isinstance(value, str) else value


def names_a_status(condition: str) -> bool:
    """Whether a condition asks for a status itself; if not, it holds only where all before it went well."""
    return any(re.search(rf"\b{name}\(\)", condition) for name in STATUS)


def evaluated(expression: str, values: Mapping[str, Any], functions: Functions) -> Any:
    """What an expression comes to."""
    return _Reader(expression, values, functions).read()


class _Reader:
    """Reads by descent: or, and, equality, not, and what stands alone."""

    def __init__(self, expression: str, values: Mapping[str, Any], functions: Functions) -> None:
        stripped = re.sub(r"^\s*\$\{\{|\}\}\s*$", "", expression.strip()).strip()
        self._tokens = [found.group().strip() for found in _TOKEN.finditer(stripped)]
        assert "".join(self._tokens) == re.sub(r"\s(?=(?:[^']*'[^']*')*[^']*$)", "", stripped), stripped
        self._values, self._functions = values, functions

    def read(self) -> Any:
        found = self._either()
        assert not self._tokens, self._tokens
        return found

    def _take(self, *signs: str) -> bool:
        if self._tokens and self._tokens[0] in signs:
            self._tokens.pop(0)
            return True
        return False

    def _either(self) -> Any:
        found = self._both()
        while self._take("||"):
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._equal()
        while self._take("&&"):
            other = self._equal()
            found = found and other
        return found

    def _equal(self) -> Any:
        found = self._alone()
        if self._take("=="):
            return shown(found).lower() == shown(self._alone()).lower()
        if self._take("!="):
            return shown(found).lower() != shown(self._alone()).lower()
        return found

    def _alone(self) -> Any:
        if self._take("!"):
            return not self._alone()
        if self._take("("):
            found = self._either()
            assert self._take(")")
            return found
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self._take("("):
            return self._functions[token](*self._arguments())
        return _at(self._values, token.split("."))

    def _arguments(self) -> list[Any]:
        found: list[Any] = []
        while not self._take(")"):
            found.append(self._either())
            self._take(",")
        return found


def _at(values: Any, steps: Sequence[str]) -> Any:
    constants = {"true": True, "false": False, "null": None}
    if len(steps) == 1 and steps[0] in constants:
        return constants[steps[0]]
    for step in steps:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values
