"""What people write by hand and YAML reads otherwise, or not at all: each with the line to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paper_digest.words.leftovers import named

_SPACE = "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]"
"""What looks like a space, and is none to YAML."""
_KEY = r"(?P<before>\s*(?:-\s+)?)(?P<key>[A-Za-z_][\w-]*)"
_ENTRY = re.compile(rf"{_KEY}:[ \t]+(?P<value>\S.*)")
_INDENTED = re.compile(rf"[ -]*(?P<sign>{_SPACE})")
_BEHIND_COLON = re.compile(rf"{_KEY}[ ]*:[ ]*(?P<sign>{_SPACE})\s*(?P<value>.*)")
_WIDE_COLON = re.compile(rf"{_KEY}\s*(?P<sign>：)\s*(?P<value>.*)")
_NO_SPACE = re.compile(rf"{_KEY}:(?P<value>(?!//)[^\s:].*)")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]\s*[^\s#,\]}]|\{[^}]*\}\s*[^\s#,\]}]")
_SIGN = re.compile(r"[-?] |[>|]\s*[^\s0-9#+-]")
_COMMENT = re.compile(r"\s(#)[^\s#!]")
_LINES_ABOVE = 5
"""How far above the place where YAML gave up the fault is looked for."""

_ESCAPES = {
    "a": "a bell",
    "b": "a backspace",
    "t": "a tab",
    "n": "a line break",
    "v": "a vertical tab",
    "f": "a page break",
    "r": "a line break",
    "e": "an escape sign",
    "N": "a line break",
    "_": "a no-break space",
    "L": "a line break",
    "P": "a line break",
}
_AFTER_N = re.compile(
    r"(?:u|abla|eq?|eg|i|mid|ot(?:in)?|leq|geq|less|gtr|parallel|earrow|warrow|earrow|exists|subseteq|prec|succ|sim"
    r"|cong|vdash|olimits|ormalsize|oindent|ewline|ewcommand|onumber)(?![A-Za-z])"
)
_AFTER_T = re.compile(
    r"(?:imes|heta|au|ext\w*|o|op|an|anh|ilde|riangle\w*|frac|extit|extbf|herefore|hickapprox|wohead\w*)(?![A-Za-z])"
)


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place (line and column from 1), and what to write."""

    line: int
    column: int
    what: str
    remedy: str


def quoted(text: str) -> str:
    """A text in the quotes in which nothing in it means anything to YAML."""
    text = text.strip()
    if "\\" in text or '"' in text:
        return f"'{text.replace(chr(39), chr(39) * 2)}'"
    return f'"{text}"'


def line_to_write(line: str) -> str:
    """The line of a key with its whole value in quotes; nothing when it is no such line."""
    found = _ENTRY.match(line)
    return f"{found['key']}: {quoted(_bare(found['value']))}" if found else ""


def _bare(value: str) -> str:
    """A value without the quotes around it, if it has some that are closed too early or not at all."""
    value = value.strip()
    if value[:1] in {'"', "'"}:
        sign = value[0]
        if value.count(sign) > 1 and not value.endswith(sign):
            return value
        inner = value[1:-1] if len(value) > 1 and value.endswith(sign) else value[1:]
        return inner.replace(f"\\{sign}", sign) if sign == '"' else inner
    return value


def explained(lines: Sequence[str], line: int, read_to: int) -> Fault | None:
    """Why YAML gave up in a line: the nearest thing above it that people write so, and YAML does not read."""
    for number in range(min(line, len(lines)), max(read_to, line - _LINES_ABOVE, 1) - 1, -1):
        if fault := _in_line(lines[number - 1], number):
            return fault
    return None


def _in_line(line: str, number: int) -> Fault | None:
    if found := _INDENTED.match(line):
        what = f"{named(found['sign'])} stands in the indentation"
        return Fault(number, found.start("sign") + 1, what, "indent with plain spaces")
    for form, what in (
        (_BEHIND_COLON, "{} stands behind the colon"),
        (_WIDE_COLON, "{} stands in the place of a colon"),
    ):
        if found := form.match(line):
            remedy = f"write {found['key']}: {quoted(found['value'])}"
            return Fault(number, found.start("sign") + 1, what.format(named(found["sign"])), remedy)
    if found := _NO_SPACE.match(line):
        remedy = f"write {found['key']}: {quoted(_bare(found['value']))}"
        return Fault(number, found.start("value") + 1, "a space is missing behind the colon", remedy)
    return _in_value(line, number)


def _in_value(line: str, number: int) -> Fault | None:
    found = _ENTRY.match(line)
    if not found:
        return None
    value, column = found["value"], found.start("value") + 1
    if _IN_BRACKETS.match(value):
        what = "a text that begins with a bracket is a list or a mapping to YAML"
        return Fault(number, column, what, f"write {line_to_write(line)}")
    if _SIGN.match(value):
        what = f"a text that begins with `{value[0]}` means something else to YAML"
        return Fault(number, column, what, f"write {line_to_write(line)}")
    if value[0] in "[{" and (cut := _COMMENT.search(value)):
        what = "a `#` behind a space begins a comment, and cuts the list here"
        return Fault(number, column + cut.start(1), what, "put that item in quotes")
    return None


def lone_line(text: str) -> Fault | None:
    """What a file is that is nothing but a text: a key whose colon YAML did not take for one."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            return _in_line(line, number)
    return None


def odd_key(key: str) -> str | None:
    """What stands before or in a key and only looks like a space."""
    found = re.search(_SPACE, key)
    return f"{named(found.group())} stands in the key `{re.sub(_SPACE, '', key)[:60]}`" if found else None


def cut_by_comment(rest: str) -> int | None:
    """Where in what is left of a line behind a plain text a `#` begins that was hardly meant for a comment."""
    found = re.match(r"\s+(#)[^\s#!]", rest)
    return found.start(1) if found else None


def perhaps_cut(line: str, rest: str) -> int | None:
    """Where a comment begins in the line of a title or name that may be a part of it: with one space before it."""
    found = re.match(r" (#) \S", rest)
    return found.start(1) if found and _ONE_LINE.match(line) else None


_ONE_LINE = re.compile(r"\s*(?:-\s+)?(?:title|name|subject|headline|text|reason|why):")


def escapes(raw: str, *, json: bool = False) -> Iterator[tuple[int, str]]:
    """The escapes in a text in double quotes that are LaTeX in truth: their places, and what they are read as."""
    for found in re.finditer(r"\\(.)", raw, re.DOTALL):
        sign, behind = found.group(1), raw[found.end() :]
        meaning = _ESCAPES.get(sign)
        if sign == "n" and not _AFTER_N.match(behind):
            continue
        if sign == "t" and json and not _AFTER_T.match(behind):
            continue
        if meaning and not (json and sign in "bfr" and not re.match("[A-Za-z]{2}", behind)):
            yield found.start(), f"`\\{sign}` is {meaning} in double quotes"


def unescaped(raw: str) -> str:
    """A text as it was meant to stand between double quotes, where backslashes are backslashes."""
    return raw.replace('\\"', '"').replace("\\\\", "\\")
