"""The one reader of YAML and JSON: bytes in, values with their positions out.

Scalars stay strings until a typed field asks, so that an unquoted arXiv id arrives whole and `no` is not a truth value.
Duplicate keys, anchors, aliases and tags are refused: each would make a file mean something other than it seems to say.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out; the stdlib has had it since 2.6
from pathlib import Path
from typing import NoReturn

import yaml

from paper_digest import reading
from paper_digest.catalog import by_hand
from paper_digest.problems import Problem, ProblemsFound, Severity, SourceRef
from paper_digest.words.signs import FORBIDDEN, IN_NO_FILE

MAX_DEPTH = 32
_LONGEST_TO_WRITE = 200
MAX_BYTES = 32 * reading.MEGABYTE

_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A place within a file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, or nothing (`null`)."""

    mark: Mark
    text: str | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    mark: Mark
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, with the place of each key."""

    mark: Mark
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping
Value = str | list["Value"] | dict[str, "Value"] | None


@dataclass(frozen=True)
class Source:
    """One file's content, and the path that its problems name."""

    path: str
    root: Node
    faults: tuple[Problem, ...] = ()
    """What was read, and is certainly not what was meant."""

    def ref(self, mark: Mark) -> SourceRef:
        """The place of a mark in this file."""
        return SourceRef(self.path, mark.line, mark.column)


def read_source(path: Path, shown_as: str) -> Source:
    """Read a `.yaml`, `.yml` or `.json` file.

    `shown_as` is the path that problems name. Raises ProblemsFound with the fault that keeps the file unread.
    """
    return parse_source(_bytes(path, shown_as), shown_as)


def read_text(path: Path, shown_as: str) -> str:
    """The text of a file, to be rewritten. Raises ProblemsFound when it cannot be read."""
    try:
        return _bytes(path, shown_as).decode("utf-8")
    except UnicodeDecodeError:
        fail(shown_as, Mark(1, 1), "is not UTF-8 text", "save the file as UTF-8")


def _bytes(path: Path, shown_as: str) -> bytes:
    try:
        return reading.read_bytes(path, MAX_BYTES)
    except OSError as error:
        fail(
            shown_as,
            Mark(1, 1),
            f"cannot be read: {error.strerror}",
            "put a readable text file in its place, or delete it",
        )


def parse_source(data: bytes, shown_as: str) -> Source:
    """Parse the bytes of a file; JSON by its name's ending, YAML otherwise. Raises ProblemsFound."""
    if len(data) > MAX_BYTES:
        fail(shown_as, Mark(1, 1), "is larger than 32 MB", "split it into several files")
    text = _decode(data, shown_as)
    if not text.strip():
        fail(shown_as, Mark(1, 1), "the file is empty", "fill it in, or delete it")
    if found := IN_NO_FILE.search(text):
        what = f"an invisible character (U+{ord(found.group()):04X}) stands here"
        fail(shown_as, mark_at(text, found.start()), what, "delete it; no text needs it")
    parser = _JsonParser(text, shown_as) if shown_as.endswith(".json") else _YamlParser(text, shown_as)
    root = parser.parse()
    return Source(shown_as, root, tuple(parser.faults))


def plain(node: Node) -> Value:
    """A node's values without positions."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def locate(node: Node, route: tuple[str | int, ...], *, key: bool = False) -> Mark:
    """The place of the value that a route of keys and positions leads to, or of the deepest part of it that exists.

    With `key`, the place of the last key itself rather than of its value.
    """
    mark = node.mark
    for step in route:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            mark = node.keys[step] if key else node.entries[step].mark
            node = node.entries[step]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            mark = node.mark
        else:
            break
    return mark


def mark_at(text: str, offset: int) -> Mark:
    """The line and column of an offset into a text."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Mark(text.count("\n", 0, offset) + 1, offset - line_start + 1)


def fail(path: str, mark: Mark, what: str, remedy: str) -> NoReturn:
    """Raise ProblemsFound with one problem."""
    raise ProblemsFound([Problem(SourceRef(path, mark.line, mark.column), what, remedy)])


def _decode(data: bytes, shown_as: str) -> str:
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        fail(shown_as, mark_at(before, len(before)), "is not UTF-8 text from here on", "save the file as UTF-8")


def _refuse_invisible(text: str, path: str, mark: Mark) -> None:
    """Refuse what an escape (`\\u202e`) may have brought into a text."""
    if found := IN_NO_FILE.search(text):
        fail(
            path,
            mark,
            f"the text holds an invisible character (U+{ord(found.group()):04X})",
            "delete it; no text needs it",
        )


class _Builder:
    """Puts nodes into each other, without recursion, and refuses what both formats must not hold."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Node | None = None
        self._open: list[Sequence | Mapping] = []
        self._pending_keys: list[tuple[str, Mark] | None] = []

    @property
    def expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1], Mapping) and self._pending_keys[-1] is None

    def key(self, name: str, mark: Mark) -> None:
        mapping = self._open[-1]
        assert isinstance(mapping, Mapping)
        if name in mapping.entries:
            first = mapping.keys[name]
            fail(
                self.path,
                mark,
                f"the key `{name}` stands twice",
                f"keep one of the two; the first is in line {first.line}",
            )
        self._pending_keys[-1] = (name, mark)

    def add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        pending = self._pending_keys[-1]
        assert pending is not None
        name, mark = pending
        parent.entries[name] = node
        parent.keys[name] = mark
        self._pending_keys[-1] = None

    def open(self, node: Sequence | Mapping) -> None:
        if len(self._open) == MAX_DEPTH:
            fail(
                self.path,
                node.mark,
                f"the value is nested more than {MAX_DEPTH} deep",
                "write it flatter; no field needs that depth",
            )
        if self.expects_key:
            fail(self.path, node.mark, "a list or mapping stands where a key belongs", "write a plain word as the key")
        self.add(node)
        self._open.append(node)
        self._pending_keys.append(None)

    def close(self) -> None:
        self._open.pop()
        self._pending_keys.pop()


class _YamlParser:
    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.path = path
        self.build = _Builder(path)
        self.documents = 0
        self.faults: list[Problem] = []
        self._read_to = 1
        """The line up to which YAML has understood everything."""

    def parse(self) -> Node:
        try:
            for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.YAMLError as error:
            self._refuse(error)
        if self.build.root is None:
            fail(self.path, Mark(1, 1), "the file holds nothing but comments", "fill it in, or delete it")
        if isinstance(self.build.root, Scalar) and (fault := by_hand.lone_line(self.text)):
            self._fail(fault)
        return self.build.root

    def _fail(self, fault: by_hand.Fault) -> NoReturn:
        fail(self.path, Mark(fault.line, fault.column), fault.what, fault.remedy)

    def _take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None
        mark = Mark(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            self._note_end(event, mark)
        if isinstance(event, yaml.AliasEvent):
            fail(
                self.path,
                mark,
                f"an alias (`*{event.anchor}`) stands here",
                "write the value out; a leading `*` needs quotes",
            )
        if isinstance(event, yaml.NodeEvent):
            self._refuse_extras(event, mark)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, mark)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.build.open(Sequence(mark))
        elif isinstance(event, yaml.MappingStartEvent):
            self.build.open(Mapping(mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.build.close()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                fail(
                    self.path, mark, "a second YAML document begins here", "keep one document a file: remove the `---`"
                )

    def _note_end(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        """Blocks, and quoted texts whose further lines are indented, are sound to their end."""
        assert event.end_mark is not None
        further = self.lines[mark.line : event.end_mark.line + 1] if event.style in {"'", '"'} else []
        if event.style in {"|", ">"}:
            self._read_to = event.end_mark.line + 1
        elif further and all(not line or line[0].isspace() for line in further):
            self._read_to = event.end_mark.line + 2

    def _refuse_extras(self, event: yaml.NodeEvent, mark: Mark) -> None:
        if event.anchor is not None:
            remedy = self._with_line("delete it; a leading `&` needs quotes", mark)
            fail(self.path, mark, f"an anchor (`&{event.anchor}`) stands here", remedy)
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = tag.replace("tag:yaml.org,2002:", "!!")
            remedy = self._with_line("delete it; a leading `!` needs quotes", mark)
            fail(self.path, mark, f"a YAML tag (`{shown}`) stands here", remedy)

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        if event.style == '"':
            self._note_escapes(event)
        _refuse_invisible(event.value, self.path, mark)
        if self.build.expects_key:
            if odd := by_hand.odd_key(event.value):
                fail(self.path, mark, odd, "write plain spaces")
            if event.value == "<<":
                fail(self.path, mark, "a merge key (`<<`) stands here", "write the keys out")
            self.build.key(event.value, mark)
            return
        if event.implicit[0]:
            self._note_comment(event)
        is_null = event.implicit[0] and event.value in _NULLS
        self.build.add(Scalar(mark, None if is_null else event.value))

    def _note_escapes(self, event: yaml.ScalarEvent) -> None:
        """Escapes that are LaTeX in truth: `$\\rho$` loses its `\\r` in double quotes."""
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        raw = self.text[start.index + 1 : end.index - 1]
        for at, what in islice(by_hand.escapes(raw), 1):
            line = self.lines[start.line]
            found = re.match(r"\s*(?:-\s+)?([\w-]+):", line[: start.column])
            meant = by_hand.quoted(by_hand.unescaped(raw)) if "\n" not in raw and len(raw) < _LONGEST_TO_WRITE else ""
            shown = f"write {found.group(1)}: {meant}" if found and meant else "put the text in single quotes"
            problem = Problem(self._place(start.index + 1 + at), f"{what}, and no LaTeX", shown)
            if FORBIDDEN.search(event.value):
                raise ProblemsFound([problem])
            self.faults.append(problem)

    def _place(self, index: int) -> SourceRef:
        mark = mark_at(self.text, index)
        return SourceRef(self.path, mark.line, mark.column)

    def _note_comment(self, event: yaml.ScalarEvent) -> None:
        """A text without quotes ends at ` #`, which is seldom meant."""
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        line = self.lines[end.line] if end.line < len(self.lines) else ""
        rest = line[end.column :]
        at, doubtful = by_hand.cut_by_comment(rest), by_hand.perhaps_cut(line, rest)
        if at is None and doubtful is None:
            return
        place = SourceRef(self.path, end.line + 1, end.column + (at or doubtful or 0) + 1)
        whole = by_hand.line_to_write(line) if start.line == end.line else ""
        if re.match(r"\s*(?:-\s+)?[\w-]+:\s+[\[{]", line):
            remedy = "put that item in quotes"
        elif doubtful is not None:
            remedy = f"write {whole}, if it is a part of the text, and two spaces before the `#` if it is a comment"
        else:
            remedy = f"write {whole}; a comment has a space behind its `#`" if whole else "put the whole text in quotes"
        what = "a `#` behind a space begins a comment, and cuts the text here"
        self.faults.append(Problem(place, what, remedy, Severity.WARNING if at is None else Severity.ERROR))

    def _refuse(self, error: yaml.YAMLError) -> NoReturn:
        where = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        mark = Mark(where.line + 1, where.column + 1) if where else Mark(1, 1)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        if "'\\t'" in reason or self._line_begins_with_tab(mark):
            fail(self.path, mark, "a tab stands in the indentation", "indent with spaces")
        if self.faults and (self.faults[-1].where.line or 0) >= mark.line - 1:
            raise ProblemsFound(self.faults[-1:])
        if fault := by_hand.explained(self.lines, mark.line, self._read_to):
            self._fail(fault)
        self._refuse_quotes(mark)
        if "mapping values are not allowed" in reason and self._first_colon_of_line(mark):
            remedy = "indent it like its neighbours"
            fail(self.path, mark, "this line is indented more than those it belongs with", remedy)
        for pattern, what, remedy in _YAML_FAULTS:
            if re.search(pattern, reason):
                fail(self.path, mark, what, self._with_line(remedy, mark))
        fail(
            self.path,
            mark,
            f"is not valid YAML here: {reason}",
            "check indentation, quotes and brackets up to this place",
        )

    def _with_line(self, remedy: str, mark: Mark) -> str:
        """A remedy that speaks of quotes, with the line to write."""
        line = self.lines[mark.line - 1] if mark.line <= len(self.lines) else ""
        whole = by_hand.line_to_write(line) if "quotes" in remedy else ""
        return f"write {whole}" if whole and len(whole) < _LONGEST_TO_WRITE else remedy

    def _refuse_quotes(self, mark: Mark) -> None:
        """A quoted text that is not closed, or goes on behind its end, is noticed by YAML many lines later."""
        lines = self.lines
        for number in range(self._read_to, mark.line + 1):
            if found := _FAULTY_QUOTES.match(lines[number - 1]) if number <= len(lines) else None:
                column = found.end("before") + 1
                what = "a quoted text is not closed in this line, or holds a quote of its own"
                remedy = "put the whole text in the other kind of quotes"
                fail(self.path, Mark(number, column), what, self._with_line(remedy, Mark(number, column)))

    def _first_colon_of_line(self, mark: Mark) -> bool:
        line = self.lines[mark.line - 1]
        return ":" not in line[: mark.column - 1]

    def _line_begins_with_tab(self, mark: Mark) -> bool:
        lines = self.lines
        return any("\t" in re.match(r"\s*", line).group() for line in lines[max(0, mark.line - 2) : mark.line])  # type: ignore[union-attr]  # \s* always matches


_FAULTY_QUOTES = re.compile(
    r"""(?P<before>\s*(?:-\s+)?[\w-]+:\s+)(?:"(?:[^"\\]|\\.)*(?:"\s*[^\s#,}\]].*)?$|'(?:[^']|'')*(?:'\s*[^\s#,}\]'].*)?$)"""
)

_YAML_FAULTS = (
    (
        r"expected (?:the )?node content",
        "a value is missing here, or a bracket above is not closed",
        "write the value, close the bracket, or put a text that begins with a bracket in quotes",
    ),
    (
        r"expected alphabetic or numeric character",
        "a sign stands here that means something to YAML",
        "put the text in quotes: a leading `*`, `&`, `!`, `%`, `-` or `?` needs them",
    ),
    (
        r"unknown escape character",
        "a backslash stands in double quotes",
        "use single quotes, or write `\\\\` for a backslash",
    ),
    (
        r"hexdecimal number",
        "a backslash stands in double quotes, where `\\x` and `\\u` begin the number of a letter",
        "use single quotes, or write `\\\\` for a backslash",
    ),
    (r"directive|%YAML|incompatible", "a line begins with `%`", "put the text in quotes"),
    (
        r"character that cannot start any token",
        "a character stands here that cannot begin a value",
        "put text that begins with a sign (`@`, `` ` ``, `%`) in quotes; indent with spaces, not tabs",
    ),
    (
        r"mapping values are not allowed",
        "a second `: ` stands in one line",
        "put the text in quotes, or indent the key in a line of its own",
    ),
    (
        r"could not find expected ':'",
        "a key without its `:`, or text that is not indented under its key",
        "write `key: value`; indent the lines of a long text",
    ),
    (
        r"did not find expected key",
        "this line fits neither the list or mapping above it nor a new one",
        "indent it like its neighbours, and close the quotes in the lines above",
    ),
    (
        r"did not find expected ',' or '[\]}]'",
        "a list or mapping in brackets is not closed, or lacks a comma",
        "add the missing `,`, `]` or `}`",
    ),
    (r"unexpected end of stream|found unexpected document", "a quoted text is not closed", "add the closing quote"),
    (r"exceeded max", "is nested too deep", "write it flatter; no field needs that depth"),
)


class _JsonParser:
    """Reads JSON (RFC 8259) with positions: the standard library judges the syntax, then a walk marks the tokens."""

    _BETWEEN = re.compile(r"[ \t\n\r,:]*")
    _ATOM = re.compile(r"[-+.\w]+")

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.build = _Builder(path)
        self.faults: list[Problem] = []
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def parse(self) -> Node:
        self._judge_syntax()
        at = self._next(0)
        while at < len(self.text):
            at = self._next(self._take(at))
        assert self.build.root is not None
        return self.build.root

    def _judge_syntax(self) -> None:
        try:
            # Numbers stay text: their size has no limit here.
            json.loads(self.text, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            mark = Mark(error.lineno, error.colno)
            remedy = "check commas, quotes and brackets up to this place"
            fail(self.path, mark, f"is not valid JSON here: {error.msg}", remedy)
        except RecursionError:
            return  # the walk refuses the depth, and knows the place

    def _next(self, at: int) -> int:
        found = self._BETWEEN.match(self.text, at)
        assert found is not None
        return found.end()

    def _mark(self, at: int) -> Mark:
        line = bisect_right(self._line_starts, at)
        return Mark(line, at - self._line_starts[line - 1] + 1)

    def _take(self, at: int) -> int:
        """Take one token at an offset; return the offset behind it."""
        sign = self.text[at]
        mark = self._mark(at)
        if sign in "[{":
            self.build.open(Sequence(mark) if sign == "[" else Mapping(mark))
            return at + 1
        if sign in "]}":
            self.build.close()
            return at + 1
        if sign == '"':
            text, end = scanstring(self.text, at + 1)
            self._note_escapes(at + 1, int(end) - 1, text)
            self._text(text, mark)
            return int(end)
        atom = self._ATOM.match(self.text, at)
        assert atom is not None
        if atom.group() in _NO_NUMBERS:
            fail(self.path, mark, f"`{atom.group()}` is not valid JSON", "write a number, a text or null")
        self.build.add(Scalar(mark, None if atom.group() == "null" else atom.group()))
        return atom.end()

    def _note_escapes(self, start: int, end: int, text: str) -> None:
        """Escapes that are LaTeX in truth."""
        for at, what in islice(by_hand.escapes(self.text[start:end], json=True), 1):
            mark = self._mark(start + at)
            where, remedy = SourceRef(self.path, mark.line, mark.column), "write two backslashes for one"
            problem = Problem(where, f"{what}, and no LaTeX", remedy)
            if FORBIDDEN.search(text):
                raise ProblemsFound([problem])
            self.faults.append(problem)

    def _text(self, text: str, mark: Mark) -> None:
        _refuse_invisible(text, self.path, mark)
        if self.build.expects_key:
            self.build.key(text, mark)
        else:
            self.build.add(Scalar(mark, text))
