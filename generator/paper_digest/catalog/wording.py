"""pydantic's errors, in words that a contributor can act on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from paper_digest.catalog.by_hand import quoted
from paper_digest.catalog.source import Node, Source, locate
from paper_digest.problems import Problem

_EXAMPLES = {
    "title": 'title: "A title"',
    "authors": "authors: [Ada Lovelace, Alan Turing]",
    "categories": "categories: [segmentation]",
    "tags": "tags: [mri, diffusion]",
    "summary": 'summary: {text: "One sentence.", by: human}',
    "venue": "venue: {name: ICLR, year: 2025}",
    "links": "links: {code: https://…}",
    "entries": '- {paper: mmed-rag, reason: "Why it is in this issue."}',
    "news": 'news: [{date: 2026-12-01, kind: note, text: "…"}]',
    "start_here": 'start_here: [{paper: mmed-rag, why: "One sentence."}]',
    "aliases": "aliases: [former-name]",
    "id": "id: mmed-rag",
    "name": "name: Ada Lovelace",
    "date": "date: 2026-12-01",
    "kind": "kind: note",
    "text": 'text: "One sentence."',
    "by": "by: human",
    "paper": "paper: mmed-rag",
    "why": 'why: "One sentence."',
}

_EXPECTED = {
    "string_type": ("a text belongs here", "write one text, in quotes if it holds `: ` or begins with a sign"),
    "tuple_type": ("a list belongs here", "write a list in brackets, or lines that begin with `- `"),
    "model_type": ("a mapping belongs here", "write `key: value` pairs"),
    "int_parsing": ("a whole number belongs here", "write digits only"),
    "enum": ("the value is not one of those known", "write {expected}"),
    "literal_error": ("the value is not one of those known", "write {expected}"),
    "too_short": ("the list is empty", "add at least one"),
    "greater_than_equal": ("the number is too small", "write {ge} or more"),
    "less_than_equal": ("the number is too large", "write {le} or less"),
}

_MEANT = {
    "date": "published",
    "year": "published",
    "author": "authors",
    "tag": "tags",
    "keywords": "tags",
    "category": "categories",
    "journal": "venue",
    "conference": "venue",
    "booktitle": "venue",
    "url": "links.page",
    "link": "links.page",
    "github": "links.code",
    "pdf_url": "links.pdf",
    "tldr": "summary",
    "eprint": "arxiv",
}
"""What people call a paper's keys elsewhere."""

Route = tuple[str | int, ...]


def problems(errors: Iterable[ErrorDetails], model: type[BaseModel], source: Source, node: Node) -> list[Problem]:
    """What pydantic found wrong with one record, each at its place in the source."""
    found = list(errors)
    # A list is told as too short when its items were refused: the items say what is wrong.
    faulty = {details["loc"][: len(details["loc"]) - 1] for details in found if details["type"] != "too_short"}
    return [
        _told(details, model, source, node)
        for details in found
        if details["type"] != "too_short" or details["loc"] not in faulty
    ]


def _told(details: ErrorDetails, model: type[BaseModel], source: Source, node: Node) -> Problem:
    route = tuple(details["loc"])
    at = source.ref(locate(node, route))
    context: dict[str, Any] = details.get("ctx", {})
    if details["type"] == "fault":
        return Problem(at, f"{_field_name(route)}: {context['what']}", context["remedy"])
    if details["type"] == "missing":
        example = _EXAMPLES.get(str(route[-1]), f"{route[-1]}: …")
        within = f"{_field_name(route[:-1])}: " if len(route) > 1 else ""
        return Problem(at, f"{within}`{route[-1]}` is missing", f"add it: {example}")
    if details["type"] == "extra_forbidden":
        at = source.ref(locate(node, route, key=True))
        return Problem(at, f"unknown key `{_readable(route[-1])}`", _known_keys(model, route))
    if details["input"] is None:
        return Problem(at, f"{_field_name(route)}: an empty item stands here", "fill it in, or delete its `-`")
    if details["type"] == "string_type" and (written := _in_brackets(details["input"])):
        what = "a text that begins with a bracket is a list or a mapping to YAML"
        return Problem(at, f"{_field_name(route)}: {what}", f"write {route[-1]}: {quoted(written)}")
    what, remedy = _EXPECTED.get(details["type"], (details["msg"], "correct the value"))
    meant = re.search(rf"'({re.escape(str(details['input'])[:60])})'", context.get("expected", ""), re.IGNORECASE)
    advice = f"did you mean `{meant.group(1)}`?" if meant else _with_example(route, remedy.format(**context))
    return Problem(at, f"{_field_name(route)}: {what.format(**context)}", advice)


def _in_brackets(value: Any) -> str:
    """A list or mapping as it is written on one line, if it holds but words: `[Re]`, `{K}`."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return f"[{', '.join(value)}]"
    if isinstance(value, dict) and value and not any(value.values()):
        return f"{{{', '.join(map(str, value))}}}"
    return ""


def _field_name(route: Route) -> str:
    return ".".join(_readable(step) for step in route if isinstance(step, str)) or "the record"


def _readable(key: str | int) -> str:
    """A key as one line of text, whatever is in it."""
    return str(key)[:60].encode("unicode_escape").decode() if not str(key).isprintable() else str(key)[:60]


def _with_example(route: Route, remedy: str) -> str:
    example = _EXAMPLES.get(str(route[-1])) if route else None
    return f"{remedy}, like {example}" if example else remedy


def _known_keys(model: type[BaseModel], route: Route) -> str:
    wrong, keys = str(route[-1])[:60], _keys_at(model, route[:-1])
    meant = _MEANT.get(wrong.casefold(), "")
    if meant.partition(".")[0] in keys:
        return f"did you mean `{meant}`?"
    if meant.removeprefix("links.") in keys:
        return f"did you mean `{meant.removeprefix('links.')}`?"
    owner = next((name for name in keys if wrong in _keys_at(model, (*route[:-1], name)) and name not in route), None)
    if owner and wrong not in keys and _keys_at(model, (*route[:-1], owner)) != keys:
        return f"it belongs under `{owner}`: indent it there"
    close = difflib.get_close_matches(wrong, keys, n=1)
    if close:
        return f"did you mean `{close[0]}`? A key of your own begins with `x-`"
    return f"known are {', '.join(keys)}; a key of your own begins with `x-`"


def _keys_at(model: type[BaseModel], route: Route) -> list[str]:
    """The keys that the model at the end of a route knows."""
    for step in route:
        if isinstance(step, str) and step in model.model_fields:
            nested = next(iter(_models_in(model.model_fields[step].annotation)), None)
            model = nested or model
    return [info.alias or name for name, info in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def sentences(error: ValidationError) -> list[str]:
    """What is wrong with a record that stands in no file: a sentence for each fault, with its remedy."""
    told = []
    for details in error.errors(include_url=False):
        route = tuple(details["loc"])
        context: dict[str, Any] = details.get("ctx", {})
        if details["type"] == "fault":
            told.append(f"{_field_name(route)}: {context['what']}; {context['remedy']}")
        else:
            what, remedy = _EXPECTED.get(details["type"], (details["msg"], "correct the value"))
            told.append(f"{_field_name(route)}: {what.format(**context)}; {remedy.format(**context)}")
    return told
