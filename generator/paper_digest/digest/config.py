"""mkdocs.yml, read without running anything: MkDocs' own loader calls whatever function a tag in the file names.

What was read is then handed to MkDocs written out anew, so that no second loader sees the file. Names of Python
functions (`!!python/name:`) stay names here. Only MkDocs looks them up, like hooks and plugins: those are its owner's.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml_env_tag import construct_env_tag  # type: ignore[import-untyped]  # it comes with MkDocs, and has no types

from paper_digest import reading
from paper_digest.problems import Problem, ProblemsFound, SourceRef

CONFIG = "mkdocs.yml"
LARGEST = reading.MEGABYTE
MOST_VALUES = 50_000
DEEPEST = 32
MOST_INHERITED = 8

_STANDARD = "tag:yaml.org,2002:"
_PYTHON_NAME = f"{_STANDARD}python/name:"
_PLAIN = {f"{_STANDARD}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")}
_MKDOCS_OWN = {"!ENV", "!relative"}


@dataclass(frozen=True)
class Tagged:
    """A value that only MkDocs understands: its tag, and the text behind it."""

    tag: str
    text: str


@dataclass(frozen=True)
class Config:
    """What mkdocs.yml says, with what it inherits and what the environment gives."""

    values: dict[str, Any]

    def written_out(self) -> bytes:
        """The same once more, as text that holds no alias, and no tag but those that were let through."""
        return yaml.dump(self.values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, encoding="utf-8")

    def what_runs(self) -> dict[str, tuple[str, ...]]:
        """What it makes MkDocs run: hooks, plugins, extensions and functions, by the key that names them."""
        named = {key: tuple(_names(self.values.get(key))) for key in ("hooks", "plugins", "markdown_extensions")}
        theme = self.values.get("theme")
        folder = theme.get("custom_dir") if isinstance(theme, dict) else None
        functions = tuple(sorted({each.tag.removeprefix(_STANDARD) for each in _tagged(self.values)}))
        return {**named, "theme": (str(folder),) if folder else (), "functions": functions}


def read_config(root: Path) -> Config:
    """Read a digest's mkdocs.yml. Raises ProblemsFound with what keeps it from being read."""
    return Config(_inherited(root, CONFIG, ()))


def config_of(data: bytes) -> Config | None:
    """What the bytes of an mkdocs.yml say by themselves; None when they cannot be read."""
    try:
        return Config(_Reading(CONFIG).parse(data))
    except ProblemsFound:
        return None


def _inherited(root: Path, name: str, heirs: tuple[str, ...]) -> dict[str, Any]:
    """The values of a file, put over those of the file that it names as INHERIT."""
    values = _read(root, name)
    parent = values.pop("INHERIT", None)
    if parent is None:
        return values
    where = SourceRef(name)
    remedy = "name a file in the digest's folder: INHERIT: base.yml"
    place = posixpath.normpath(posixpath.join(posixpath.dirname(name), str(parent)))
    if not isinstance(parent, str) or posixpath.isabs(parent) or place.startswith(".."):
        raise ProblemsFound([Problem(where, f"INHERIT leads out of the digest's folder: `{parent}`", remedy)])
    if place in {*heirs, name} or len(heirs) >= MOST_INHERITED:
        raise ProblemsFound([Problem(where, f"INHERIT leads round in a circle, or too far: `{parent}`", remedy)])
    if not reading.stands(root / place):
        raise ProblemsFound([Problem(where, f"INHERIT names a file that is not there: `{parent}`", remedy)])
    return _merged(_inherited(root, place, (*heirs, name)), values)


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = dict(under)
    for key, value in over.items():
        before = both.get(key)
        both[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return both


def _read(root: Path, name: str) -> dict[str, Any]:
    path = root / name
    if reason := reading.refusal(path, root):
        raise ProblemsFound([Problem(SourceRef(name), reason, "put a regular file in its place")])
    try:
        data = reading.read_bytes(path, LARGEST)
    except OSError as error:
        remedy = "make it a readable file of settings"
        raise ProblemsFound([Problem(SourceRef(name), f"cannot be read: {error.strerror}", remedy)]) from None
    return _Reading(name).parse(data)


@dataclass
class _Reading:
    """One file on its way from bytes to values: its size and tags are judged before any value is made."""

    name: str
    sizes: dict[str, int] = field(default_factory=dict)
    """How many values stand behind each anchor."""

    def parse(self, data: bytes) -> dict[str, Any]:
        try:
            text = data.decode("utf-8-sig")
            self._judge(text)
            values = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, and its tags were judged before
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            self._fail(mark, f"MkDocs cannot read the file: {reason}", "correct it up to this place")
        except UnicodeDecodeError:
            self._fail(None, "is not UTF-8 text", "save the file as UTF-8")
        except (ValueError, OverflowError) as error:  # a day that no calendar has, a number of 5,000 digits
            self._fail(None, f"MkDocs cannot read the file: {error}", "put the value in quotes")
        if values is not None and not isinstance(values, dict):
            self._fail(None, "the file is no mapping", "write `key: value` lines: site_name, site_url and theme")
        return values or {}

    def _judge(self, text: str) -> None:
        """Bound depth and number of values, aliases written out, and let no tag through that would run something."""
        open_anchors: list[tuple[str | None, int]] = []
        count = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                count += self._size(event)
            elif isinstance(event, yaml.NodeEvent):
                count += 1
                self._judge_tag(event)
                if isinstance(event, yaml.CollectionStartEvent):
                    open_anchors.append((event.anchor, count - 1))
                elif event.anchor:
                    self.sizes[event.anchor] = 1
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_anchors.pop()
                if anchor:
                    self.sizes[anchor] = count - before
            if count > MOST_VALUES:
                self._fail(event.start_mark, f"holds more than {MOST_VALUES:,} values", "write less, and fewer aliases")
            if len(open_anchors) > DEEPEST:
                self._fail(event.start_mark, f"is nested more than {DEEPEST} deep", "write it flatter")

    def _size(self, event: yaml.AliasEvent) -> int:
        if event.anchor not in self.sizes:
            what = f"the alias `*{event.anchor}` stands for nothing, or for what it stands in"
            self._fail(event.start_mark, what, "write the value out")
        return self.sizes[event.anchor]

    def _judge_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is None or tag == "!" or tag in _PLAIN | _MKDOCS_OWN:
            return
        if tag.startswith(_PYTHON_NAME):
            if re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", tag.removeprefix(_PYTHON_NAME), re.ASCII):
                return
            self._fail(event.start_mark, "a Python name stands here that is none", "write it as module.function")
        shown = tag.replace(_STANDARD, "!!")
        remedy = "delete it; a function is named as !!python/name:module.function"
        self._fail(event.start_mark, f"the YAML tag `{shown}` could run code, and is not read", remedy)

    def _fail(self, mark: Any, what: str, remedy: str) -> NoReturn:
        where = SourceRef(self.name, mark.line + 1, mark.column + 1) if mark else SourceRef(self.name)
        raise ProblemsFound([Problem(where, what, remedy)])


class _Loader(yaml.CSafeLoader):
    """The safe loader, with the tags that mkdocs.yml may hold."""


def _tagged_scalar(loader: yaml.CSafeLoader, node: yaml.Node, *, tag: str = "") -> Tagged:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(None, None, "a text belongs behind the tag", node.start_mark)
    return Tagged(tag or node.tag, loader.construct_scalar(node))


def _python_name(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> Tagged:
    return _tagged_scalar(loader, node, tag=_PYTHON_NAME + suffix)


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_constructor("!relative", partial(_tagged_scalar, tag="!relative"))
_Loader.add_multi_constructor(_PYTHON_NAME, _python_name)


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which writes every value out, however often it stands there."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the name is that of the method it replaces
        return True


_Dumper.add_representer(Tagged, lambda dumper, value: dumper.represent_scalar(value.tag, value.text))


def _names(value: object) -> Iterator[str]:
    """The names in a list of names, some of which have settings, or are a mapping's keys."""
    if isinstance(value, dict):
        yield from map(str, value)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each) if isinstance(each, dict) else [str(each)]


def _tagged(value: object) -> Iterator[Tagged]:
    if isinstance(value, Tagged) and value.tag.startswith(_PYTHON_NAME):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _tagged(each)
