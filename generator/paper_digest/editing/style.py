"""The one way content files are written: keys in the order of the model, long text folded, short lists on one line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from paper_digest.catalog.records import Category, Paper, Record, Tag, Venue, record_data

WIDTH = 100


class _Quoted(str):
    """A text to be written in double quotes."""


class _Folded(str):
    """A text to be written as a folded block."""


class _Literal(str):
    """A text to be written as a literal block, line by line."""


class _Flow(list[Any]):
    """A list to be written on one line, if it fits."""


class _FlowMapping(dict[str, Any]):
    """A mapping to be written on one line, if it fits."""


class _Date(str):
    """A date, written without quotes: every scalar stays a string until a typed field asks."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class names it
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - the base class names it
        """Lists are indented under their key."""
        super().increase_indent(flow, False)


class _QuickDumper(yaml.CSafeDumper):
    """The same in C, five times as fast: for what it writes to the letter as the other does, and that is most of a
    paper. Lists of blocks it would not indent, and some long texts in quotes it breaks elsewhere.
    """

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class names it
        return True


_TEXT = "tag:yaml.org,2002:str"


def _represent(kind: type, how: Callable[[Any, Any], yaml.Node]) -> None:
    for dumper in (_Dumper, _QuickDumper):
        dumper.add_representer(kind, how)


def _in_style(style: str) -> Callable[[yaml.SafeDumper, str], yaml.Node]:
    return lambda dumper, text: dumper.represent_scalar(_TEXT, str(text), style=style)


_represent(_Quoted, _in_style('"'))
_represent(_Folded, _in_style(">"))
_represent(_Literal, _in_style("|"))
_represent(_Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True))
_represent(
    _FlowMapping, lambda dumper, items: dumper.represent_mapping("tag:yaml.org,2002:map", items, flow_style=True)
)


def _represent_date(dumper: yaml.SafeDumper, text: _Date) -> yaml.Node:
    tag = "tag:yaml.org,2002:timestamp" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else "tag:yaml.org,2002:int"
    if re.fullmatch(r"\d{4}-\d{2}", text):
        tag = _TEXT
    return dumper.represent_scalar(tag, str(text))


_represent(_Date, _represent_date)


def paper_yaml(paper: Paper, header: str = "") -> str:
    """The text of a paper's file, below a header. Its id is the file's name, so it is not repeated."""
    data = {name: value for name, value in record_data(paper).items() if name != "id"}
    return header + "".join(key_yaml(Paper, name, value) for name, value in data.items())


def key_yaml(model: type[Record], name: str, value: Any) -> str:
    """One key of a model's record and its plain value, in the lines that it takes in a file."""
    styled = value if name == "title" and model in _PLAINLY_TITLED else _styled(name, value)
    width = sys.maxsize if name in _NEVER_BROKEN else WIDTH
    kept = _Letters()
    is_quick = isinstance(styled, str | _Flow) and not isinstance(styled, _Quoted) and width == WIDTH
    dumper = _QuickDumper if is_quick else _Dumper
    text = yaml.dump({name: kept.replaced(styled)}, Dumper=dumper, sort_keys=False, allow_unicode=True, width=width)
    return kept.restored(str(text))


class _Letters:
    """Letters beyond the 65,536 that the library writes as letters: it gives them as numbers, unless they stand in for
    others while it writes."""

    def __init__(self) -> None:
        self._others: dict[str, str] = {}

    def replaced(self, value: Any) -> Any:
        """A value with stand-ins for such letters."""
        if isinstance(value, str):
            if value.isascii() or not (beyond := {letter for letter in value if letter > "\uffff"}):
                return value
            for letter in sorted(beyond - self._others.keys()):
                self._others[letter] = self._free(value)
            return type(value)(value.translate({ord(letter): other for letter, other in self._others.items()}))
        if isinstance(value, list):
            return type(value)(self.replaced(item) for item in value)
        if isinstance(value, dict):
            return type(value)({key: self.replaced(inner) for key, inner in value.items()})
        return value

    def _free(self, value: str) -> str:
        """A sign for private use that is in no text here."""
        signs = (chr(number) for number in range(0xE000, 0xF8FF))
        return next(sign for sign in signs if sign not in value and sign not in self._others.values())

    def restored(self, text: str) -> str:
        """The written text with its own letters."""
        return text.translate({ord(other): letter for letter, other in self._others.items()})


# ---- the style of every key ------------------------------------------------------------------------------------------


def _line(text: str) -> Any:
    return _Quoted(text) if len(text) < WIDTH - len('title: ""') else _Folded(text + "\n")


def _names(values: list[Any]) -> Any:
    return _Flow(
        value["name"] if isinstance(value, dict) and set(value) == {"name"} else _in_one_line(value) for value in values
    )


def _in_one_line(value: Any) -> Any:
    return _FlowMapping(value) if isinstance(value, dict) else value


def _summary(value: dict[str, str]) -> Any:
    return {"text": _Folded(value["text"] + "\n"), "by": value["by"]}


def _told(values: list[Any]) -> Any:
    """Papers with a sentence each, or news: a block for each, its sentence in quotes."""
    return [_each_told(value) if isinstance(value, dict) else value for value in values]


def _each_told(value: dict[str, Any]) -> Any:
    if set(value) == {"paper"}:
        return value["paper"]
    styles: Mapping[str, Callable[[str], Any]] = {"reason": _Quoted, "why": _Quoted, "text": _Quoted, "date": _Date}
    return {key: styles.get(key, str)(inner) for key, inner in value.items()}


_STYLE_OF: Mapping[str, Callable[[Any], Any]] = {
    "title": _line,
    "subject": _Quoted,
    "preheader": _Quoted,
    "arxiv": _Quoted,
    "abstract": lambda text: _Folded(text + "\n"),
    "description": lambda text: _Folded(text + "\n"),
    "intro": _Literal,
    "authors": _names,
    "categories": _Flow,
    "tags": _Flow,
    "aliases": _Flow,
    "summary": _summary,
    "venue": _in_one_line,
    "added": _Date,
    "updated": _Date,
    "published": _Date,
    "date": _Date,
    "news": _told,
    "entries": _told,
    "start_here": _told,
    "issues": _in_one_line,
    "feeds": _in_one_line,
    "pages": _in_one_line,
}

# A break in a text in quotes would need a backslash, which reads badly.
_NEVER_BROKEN = frozenset({"subject", "preheader", "news", "entries", "start_here", "reason"})
# The titles in the controlled lists are a few words each.
_PLAINLY_TITLED = frozenset({Category, Tag, Venue})


def _styled(name: str, value: Any) -> Any:
    return _STYLE_OF.get(name, lambda same: same)(value)
