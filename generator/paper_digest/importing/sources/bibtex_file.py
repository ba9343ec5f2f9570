"""A file of BibTeX as entries and their fields, each with its line.

Strings, `#`, and what stands in braces or quotes is read by pybtex. Around that, an entry is read more patiently than
BibTeX would: a comma that was forgotten, or a comment between two fields, is told and costs nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from pybtex.bibtex.utils import split_name_list
from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.scanner import PybtexSyntaxError

from paper_digest.importing.report import Losses, shown


@dataclass
class Field:
    """A value and its line."""

    value: str
    line: int


@dataclass
class Block:
    """An entry as it is written: its fields by their names in small letters, each with its line."""

    kind: str
    key: str
    line: int
    fields: dict[str, Field] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The value of a field, or nothing."""
        return self.fields[name].value if name in self.fields else ""


def blocks(text: str, name: str, losses: Losses) -> list[Block]:
    """The entries of a file that is called `name`, in their order; a broken one costs no other, and is told."""
    return list(_Blocks(text.replace("\r\n", "\n").replace("\r", "\n"), name, losses).blocks())


def names(listed: str) -> list[str]:
    """Names at their “and”; where braces do not fit together, they cannot be minded."""
    try:
        return list(split_name_list(listed.strip()))
    except PybtexSyntaxError:
        return re.split(r"\s+and\s+", listed.strip())


_BEGIN = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_KEY = re.compile(r"(?!\s*[\w-]+\s*=)[^,}=\n]*(?=,|\}|\)|\n)")
_NAME = re.compile(r"([^\s,={}\"#%@()][^\s=,{}\"#%@()]*)\s*=")
_NOTHING = re.compile(r"(?:\s|,|%[^\n]*(?:\n|$))+")
_BARE = re.compile(r"[^\s,{}\"#][^,{}\"#\n]*")
_REST = re.compile(r"[^,{}\n]+")
_SWALLOWED = re.compile(r",\s*\n?\s*[\w-]+\s*=\s*[\w{\"]")
_MONTHS = {
    **month_names,
    "sept": "September",
    **{full.lower(): full for full in month_names.values()},
}


class _Broken(Exception):  # noqa: N818 - it says what happened
    """Why an entry cannot be read."""


class _Blocks(LowLevelParser):  # type: ignore[misc]  # pybtex ships no types
    def __init__(self, text: str, name: str, losses: Losses) -> None:
        super().__init__(text, macros=dict(_MONTHS))
        self.pos: int = 0
        self.name = name
        self.losses = losses
        self.block = Block("", "", 0)
        self.field = ""
        self.lines = [found.end() for found in re.finditer("\n", text)]

    def blocks(self) -> Iterator[Block]:
        """The entries in their order; a broken one costs no other."""
        while begin := _BEGIN.search(self.text, self.pos):
            self.pos = begin.end()
            if self._is_commented_out(begin.start()):
                continue
            self.block = Block(begin.group(1).lower(), "", self._line(begin.start()))
            try:
                if (yield_it := self._read("}" if begin.group(2) == "{" else ")")) is not None:
                    yield yield_it
            except (_Broken, PybtexSyntaxError) as error:
                self._tell_broken(error)
                again = re.compile(r"^[ \t]*(?=@\s*\w+\s*[{(])", re.MULTILINE).search(self.text, begin.end())
                self.pos = again.end() if again else len(self.text)

    def _read(self, end: str) -> Block | None:
        kind = self.block.kind
        if kind == "comment":
            self._skip_comment(end)
        elif kind == "string":
            self._string()
        elif kind == "preamble":
            self.parse_value()
        else:
            self._entry(end)
            return self.block
        return None

    def _string(self) -> None:
        self.field = "@string"
        if named := _NAME.match(self.text, self._past_nothing()):
            self.pos = named.end()
            self.parse_value()
            self.macros[named.group(1).lower()] = "".join(self.current_value)

    def _skip_comment(self, end: str) -> None:
        """What is commented out in braces, whatever it is."""
        depth = 1
        for found_brace in re.compile(r"[{}]" if end == "}" else r"[()]").finditer(self.text, self.pos):
            depth += 1 if found_brace.group() in "{(" else -1
            if depth == 0:
                self.pos = found_brace.end()
                return

    def _entry(self, end: str) -> None:
        if key := _KEY.match(self.text, self.pos):
            self.block.key, self.pos = key.group().strip(), key.end()
        while True:
            at = self._past_nothing()
            if self.text.startswith(end, at):
                self.pos = at + 1
                return
            if at >= len(self.text) or self._next_begins(at):
                self._not_closed()
                return
            if named := _NAME.match(self.text, at):
                self._field(named)
            else:
                self._junk()

    def _next_begins(self, at: int) -> bool:
        """Whether the next entry begins here, in a line of its own."""
        is_first = not self.text[self.text.rfind("\n", 0, at) + 1 : at].strip()
        return is_first and _BEGIN.match(self.text, at) is not None

    def _field(self, named: re.Match[str]) -> None:
        name, at = named.group(1).lower(), named.start()
        if self.block.fields and self._sign_before(at) != ",":
            self._tell(at, f"a comma is missing before `{name}`")
        self.pos, self.field = named.end(), name
        behind = re.compile(r"\s*").match(self.text, self.pos)
        assert behind is not None
        if self.text[behind.end() : behind.end() + 1] in {",", "}", ""}:
            return
        self.parse_value()
        value = "".join(self.current_value)
        if name not in self.block.fields:
            self.block.fields[name] = Field(value, self._line(at))
        elif self.block.value(name) != value:
            self._tell(at, f"{name}: stands twice, with {shown(value)} the second time")

    def _sign_before(self, at: int) -> str:
        """The last sign before a place that is no white space and in no comment."""
        lines = self.text[max(0, at - 500) : at].split("\n")
        bare = [re.sub(r"(?<!\\)%.*", "", line) if "%" in line else line for line in lines]
        return "\n".join(bare).rstrip()[-1:]

    def _junk(self) -> None:
        at = self.pos
        rest = _REST.match(self.text, at)
        self.pos = rest.end() if rest else at + 1
        if (words := self.text[at : self.pos].strip()) and re.search(r"\w", words):
            self._tell(at, f"“{words[:60]}” behind the field `{self.field}` is in no braces, and was left out")

    def _not_closed(self) -> None:
        if self.field and _SWALLOWED.search(self.block.value(self.field)):
            raise _Broken(f"a brace of its field `{self.field}` is not closed")
        self.losses.tell(self._where(self.block.line), f"the entry `{self.block.key}` is not closed by a brace")

    def _past_nothing(self) -> int:
        """The place of the next sign that says something."""
        blank = _NOTHING.match(self.text, self.pos)
        self.pos = blank.end() if blank else self.pos
        return int(self.pos)

    def parse_value_part(self) -> str:
        """A piece of a value: in braces or quotes, or the name of a string."""
        blank = re.compile(r"\s*").match(self.text, self.pos)
        assert blank is not None
        bare = _BARE.match(self.text, blank.end())
        if bare is None:
            return str(super().parse_value_part())
        self.pos = bare.end()
        words = bare.group().strip()
        if words.lower() in self.macros or words.isdecimal():
            return str(self.macros.get(words.lower(), words))
        what = f"`{words}` is neither in braces nor a string" if " " not in words else _BARE_WORDS
        self._tell(bare.start(), f"{self.field}: {what}; it was taken as it stands")
        return words

    def _tell_broken(self, error: Exception) -> None:
        opened = re.search(
            rf"\b{re.escape(self.field)}\s*=\s*\"", self.text[max(0, self.pos - 5_000) : self.pos], re.IGNORECASE
        )
        why = f"the quotes of its field `{self.field}` are" if opened else f"a brace of its field `{self.field}` is"
        what = str(error) if isinstance(error, _Broken) else f"{why} not closed"
        self.losses.tell(self._where(self.block.line), f"the entry `{self.block.key}` is broken: {what}")

    def _is_commented_out(self, at: int) -> bool:
        before = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        return bool(re.search(r"(?<!\\)%", before))

    def _line(self, at: int) -> int:
        return bisect_right(self.lines, at) + 1

    def _where(self, line: int) -> str:
        return f"line {line} of {self.name}"

    def _tell(self, at: int, what: str) -> None:
        self.losses.tell(self._where(self._line(at)), what)


_BARE_WORDS = "the value is neither in braces nor in quotes"
