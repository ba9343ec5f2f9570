"""Files that people wrote, brought into house style or changed in one place, with their comments kept.

A file is cut at its keys. Each key is written anew by `style`, in the order of the model, with the comments above it;
what holds a comment inside, a key of the contributor's own, or nothing at all, stays as it was written. Comments move
with whole lines, so there is no tree of comments to get wrong, and the result is read again before it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, NoReturn

import yaml
from pydantic import ValidationError

from paper_digest.catalog import wording
from paper_digest.catalog.records import Record, is_own_key, record_data
from paper_digest.catalog.source import Mapping as MappingNode
from paper_digest.catalog.source import Mark, Node, Scalar, Sequence, Source, fail, parse_source, plain
from paper_digest.editing.schema import MODELINE
from paper_digest.editing.style import key_yaml
from paper_digest.problems import ProblemsFound, errors_of

MOST_ROUNDS = 4


@dataclass(frozen=True)
class Layout:
    """What a file holds: the model of its records, the values that its name gives, and the line for editors."""

    path: str
    model: type[Record]
    given: Mapping[str, str] = field(default_factory=dict)
    modeline: str = ""


def formatted(text: str, layout: Layout) -> str:
    """A YAML file in house style. Raises ProblemsFound when it cannot be read, or not be rewritten safely.

    What is in house style stays: it is laid out until nothing changes any more. Unusual YAML can take a second time,
    since a key is only seen as one when the lines before it are in order.
    """
    for _ in range(MOST_ROUNDS):
        fresh = _laid_out(text, layout)
        if fresh == text:
            return fresh
        text = fresh
    return _refuse(layout, "the file has no form that house style would leave alone")


def _laid_out(text: str, layout: Layout) -> str:
    """One round: each key written anew, in its order, and the line for editors first."""
    said = _read(_unix_lines(text), layout)
    text = _unix_lines(text).strip("\n") + "\n"
    fresh = _with_modeline(_each_record(text, layout, _in_style), layout)
    if _read(fresh, layout) != said or _comments(fresh) != _comments(text):
        _refuse(layout, "the file cannot be brought into house style without changing what it says")
    return fresh


def amended(text: str, layout: Layout, changes: Mapping[str, Any], *, record: str | None = None) -> str:
    """A YAML file in which some keys of a record have new plain values, and all else is as it was.

    `None` deletes a key. In a list, `record` is the id of the record that is meant. Raises ProblemsFound when the file
    cannot be read, the new values are not valid, or a comment would be lost.
    """

    done = False

    def change(mapping: str, own: Layout) -> str:
        nonlocal done
        named = _parsed(mapping, own).entries.get("id")
        if record is not None and not (isinstance(named, Scalar) and named.text == record):
            return mapping
        done = True
        return _with_changes(mapping, own, changes)

    text = _unix_lines(text)
    fresh = _each_record(text, layout, change)
    _read(fresh, layout)
    if not done:
        _refuse(layout, "the record stands in braces, or between comments that hide it from a program")
    if _comments(fresh) != _comments(text):
        _refuse(layout, "the file cannot be changed without losing a comment")
    return fresh


def _refuse(layout: Layout, what: str) -> NoReturn:
    fail(layout.path, Mark(1, 1), what, "change it by hand; CONTRIBUTING.md shows the style")


def _unix_lines(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else f"{text}\n"


def _with_modeline(text: str, layout: Layout) -> str:
    if not layout.modeline:
        return text
    return _joined([layout.modeline, *(line for line in _lines(text) if not line.startswith(MODELINE))])


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


# ---- what a file says ------------------------------------------------------------------------------------------------


def _read(text: str, layout: Layout) -> list[Any]:
    """The records of a file, each with the contributor's own keys. Raises ProblemsFound with what is not valid."""
    source = parse_source(text.encode(), layout.path)
    if faults := errors_of(source.faults):
        raise ProblemsFound(faults)
    if isinstance(source.root, Sequence):
        return [_record(node, source, replace(layout, given={})) for node in source.root.items]
    return [_record(source.root, source, layout)]


def _record(node: Node, source: Source, layout: Layout) -> tuple[Record, Any]:
    values = plain(node)
    if not isinstance(node, MappingNode):
        fail(source.path, node.mark, "a mapping with `key: value` lines belongs here", "see what `check` says of it")
    try:
        assert isinstance(values, dict)
        record = layout.model.model_validate({**layout.given, **values})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ProblemsFound(wording.problems(details, layout.model, source, node)) from error
    return record, {key: plain(value) for key, value in node.entries.items() if is_own_key(key)}


def _parsed(mapping: str, layout: Layout) -> MappingNode:
    root = parse_source(mapping.encode(), layout.path).root
    if not isinstance(root, MappingNode):
        fail(layout.path, root.mark, "a mapping with `key: value` lines belongs here", "see what `check` says of it")
    return root


def _comments(text: str) -> Counter[str]:
    """Every comment of a file but the line for editors."""
    found = (_comment(line) for line in _masked(text))
    return Counter(comment for comment in found if comment and not comment.startswith(MODELINE))


def _comment(masked: str) -> str | None:
    """The comment in a line. Outside of scalars, a `#` can be nothing else."""
    _, sign, words = masked.partition("#")
    return f"#{words.rstrip()}" if sign else None


def _masked(text: str) -> list[str]:
    """The lines of a text with every scalar blacked out, so that a `#` that is left begins a comment."""
    lines = _lines(text)
    for (line, column), (last, end) in _scalars(text, lines):
        for number in range(line, last + 1):
            start = column if number == line else 0
            stop = end if number == last else len(lines[number])
            black = "x" * max(stop - start, number > line)
            lines[number] = lines[number][:start] + black + lines[number][stop:]
    return lines


Place = tuple[int, int]


def _scalars(text: str, lines: list[str]) -> Iterator[tuple[Place, Place]]:
    """Where the text of every scalar begins and ends: line and column, counted from 0."""
    originals = list(lines)
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.ScalarEvent) and event.start_mark and event.end_mark and event.value:
            start, end = event.start_mark, event.end_mark
            if event.style in {"|", ">"}:
                yield from _block_scalar(originals, start.line + 1, end.line + (end.column > 0))
            else:
                yield (start.line, start.column), (end.line, end.column)


def _block_scalar(lines: list[str], first: int, behind: int) -> Iterator[tuple[Place, Place]]:
    """The lines of a block; its head may hold a comment, and the empty lines behind it are not its own."""
    last = min(behind, len(lines)) - 1
    while last >= first and not lines[last].strip():
        last -= 1
    if last >= first:
        yield (first, 0), (last, len(lines[last]))


# ---- records in files ------------------------------------------------------------------------------------------------

Rewrite = Callable[[str, Layout], str]


def _each_record(text: str, layout: Layout, rewrite: Rewrite) -> str:
    """A file with every record rewritten, as if it were a file of its own. What cannot be taken out stays as it is."""
    root = parse_source(text.encode(), layout.path).root
    if not isinstance(root, Sequence):
        return rewrite(text, layout)
    if not root.items:
        return text
    lines, listed = _lines(text), replace(layout, given={})
    starts = [_dash_of(item, lines) for item in root.items]
    written, behind = [], 0
    for item, start, following in zip(root.items, starts, [*starts[1:], len(lines)], strict=True):
        if _can_be_cut(item, lines[start]) and start < following:
            end = _end_of_item(lines, start, following)
            written += lines[behind:start]
            written += _item(lines[start:end], item.mark.column - 1, listed, rewrite)
            behind = end
    return _joined([*written, *lines[behind:]])


def _dash_of(item: Node, lines: list[str]) -> int:
    """The line with the dash of an item, which may stand above the item itself."""
    line = item.mark.line - 1
    while line > 0 and not re.match(r" *-(?: |$)", lines[line][: item.mark.column]):
        line -= 1
    return line


def _can_be_cut(item: Node, line: str) -> bool:
    return isinstance(item, MappingNode) and bool(re.fullmatch(r" *- +", line[: item.mark.column - 1]))


def _end_of_item(lines: list[str], start: int, end: int) -> int:
    """Where an item ends: what stands behind it, flush left, belongs to the next."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _item(lines: list[str], indent: int, layout: Layout, rewrite: Rewrite) -> list[str]:
    """An item of a list, taken out of it, rewritten, and put back. Comments above its first key go above its dash."""
    if any(line.strip() and not line[:indent].isspace() for line in lines[1:]):
        return lines
    fresh = _lines(rewrite(_joined([lines[0][indent:], *(line[indent:] for line in lines[1:])]), layout))
    dash = lines[0][:indent]
    above = list(takewhile(lambda line: line.startswith("#"), fresh))
    first, *further = fresh[len(above) :]
    return [
        *(f"{dash.partition('-')[0]}{line}" for line in above),
        dash + first,
        *(f"{' ' * indent}{line}" if line else "" for line in further),
    ]


# ---- one record ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """One key of a record: the comments above it, and its own lines."""

    key: str
    above: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Cut:
    """The text of a record, cut at its keys: the lines above the first, a block for each, and the lines below."""

    head: list[str]
    blocks: list[_Block]
    foot: list[str]

    def text(self) -> str:
        inner = (line for block in self.blocks for line in (*block.above, *block.lines))
        return _joined([*self.head, *inner, *self.foot])


def _in_style(mapping: str, layout: Layout) -> str:
    root = _parsed(mapping, layout)
    cut = _cut(mapping, root)
    if cut is None:
        return mapping
    data = record_data(_record(root, Source(layout.path, root), layout)[0])
    order = _order(layout.model)
    blocks = [_fresh(block, root, data, layout.model) for block in cut.blocks]
    blocks.sort(key=lambda block: order.get(block.key, len(order)))
    return _Cut(_without_gaps(cut.head), blocks, _without_gaps(cut.foot)).text()


def _without_gaps(lines: Iterable[str]) -> list[str]:
    """Comments without the empty lines and the white space around them."""
    return [line.rstrip() for line in lines if line.strip()]


def _with_changes(mapping: str, layout: Layout, changes: Mapping[str, Any]) -> str:
    root = _parsed(mapping, layout)
    cut = _cut(mapping, root)
    if cut is None:
        _refuse(layout, "the record stands in braces, and cannot be changed by a program")
    if own := [key for key in changes if key in root.entries and _has_own_keys(root.entries[key])]:
        _refuse(layout, f"`{own[0]}` holds keys of somebody's own, and cannot be changed by a program")
    order = _order(layout.model)
    blocks = [_changed(block, changes, layout.model) if block.key in changes else block for block in cut.blocks]
    for key in sorted(changes.keys() - {block.key for block in blocks}, key=lambda key: order[key]):
        if changes[key] is not None:
            later = (at for at, block in enumerate(blocks) if order.get(block.key, len(order)) > order[key])
            blocks.insert(next(later, len(blocks)), _Block(key, (), _written(layout.model, key, changes[key])))
    return replace(cut, blocks=blocks).text()


def _changed(block: _Block, changes: Mapping[str, Any], model: type[Record]) -> _Block:
    """A key with its new value, or nothing in its place; comments inside the old one stay above it."""
    inner = tuple(comment for line in _masked(_joined(block.lines)) if (comment := _comment(line)))
    value = changes[block.key]
    return _Block(block.key, (*block.above, *inner), () if value is None else _written(model, block.key, value))


def _written(model: type[Record], key: str, value: Any) -> tuple[str, ...]:
    return tuple(_lines(key_yaml(model, key, value)))


def _order(model: type[Record]) -> dict[str, int]:
    return {info.alias or name: place for place, (name, info) in enumerate(model.model_fields.items())}


def _cut(mapping: str, root: MappingNode) -> _Cut | None:
    """A record's text, cut at its keys, if each begins a line of its own."""
    starts = [mark.line - 1 for mark in root.keys.values()]
    is_in_braces = _lines(mapping)[root.mark.line - 1][root.mark.column - 1] == "{"
    if is_in_braces or any(mark.column != 1 for mark in root.keys.values()) or len(set(starts)) != len(starts):
        return None
    lines, masked = _lines(mapping), _masked(mapping)
    blocks: list[_Block] = []
    head, above = _head(lines[: starts[0]])
    for key, start, end in zip(root.keys, starts, [*starts[1:], len(lines)], strict=True):
        behind = _end_of_block(masked, start, end)
        blocks.append(_Block(key, tuple(above), tuple(lines[start:behind])))
        above = lines[behind:end]
    return _Cut(head, blocks, above)


def _head(lines: list[str]) -> tuple[list[str], list[str]]:
    """What is above the first key: what speaks of the file, and behind an empty line what speaks of that key."""
    above = list(takewhile(lambda line: line.strip() and not line.startswith(MODELINE), reversed(lines)))[::-1]
    return lines[: len(lines) - len(above)], above


def _end_of_block(masked: list[str], start: int, end: int) -> int:
    """Where the lines of a key end; comments that are indented belong to it, those flush left to the next key."""
    while end > start + 1 and (not masked[end - 1].strip() or masked[end - 1].startswith("#")):
        end -= 1
    return end


def _fresh(block: _Block, root: MappingNode, data: Mapping[str, Any], model: type[Record]) -> _Block:
    """A key's block, written anew, unless that could lose something."""
    block = replace(block, above=tuple(_without_gaps(block.above)))
    if block.key not in data or _has_own_keys(root.entries[block.key]):
        return block
    comments = [comment for line in _masked(_joined(block.lines)) if (comment := _comment(line))]
    first, *further = _written(model, block.key, data[block.key])
    if not comments:
        return replace(block, lines=(first, *further))
    if len(comments) > 1 or len(block.lines) > 1:
        return block
    if further and not first.endswith((">", "|", ":")):  # a comment there would cut the value in two
        return replace(block, above=(*block.above, comments[0]), lines=(first, *further))
    return replace(block, lines=(f"{first}  {comments[0]}", *further))


def _has_own_keys(node: Node) -> bool:
    if isinstance(node, Scalar):
        return False
    if isinstance(node, Sequence):
        return any(map(_has_own_keys, node.items))
    return any(map(is_own_key, node.entries)) or any(map(_has_own_keys, node.entries.values()))
