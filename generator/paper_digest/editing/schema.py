"""JSON Schemas for editors (draft 7, which all of them know), made of the models that `check` reads with.

What a schema cannot say stays with `check`: invisible characters, the last digit of an ORCID, and whatever concerns
more than one record. Categories, tags and venues are completed from the digest's own lists.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from paper_digest import reading
from paper_digest.catalog.files import CONTENT
from paper_digest.catalog.located import Shelf, tag_spellings
from paper_digest.catalog.records import ANY_SCALAR, Category, Digest, Gone, Issue, Paper, Record, Tag, Venue

DIALECT = "http://json-schema.org/draft-07/schema#"
FOLDER = f"{CONTENT}/schemas"
ENDING = ".schema.json"
MODELINE = "# yaml-language-server: $schema="

Schema = dict[str, Any]

RECORDS: dict[str, type[Record]] = {
    "paper": Paper,
    "issue": Issue,
    "categories": Category,
    "tags": Tag,
    "venues": Venue,
    "digest": Digest,
    "gone": Gone,
}
"""The kinds of content files, and the record that each holds one or many of."""

LISTS = frozenset({"categories", "tags", "venues", "gone"})
NAMED_BY_FILE = {"paper": "id", "issue": "date"}
"""What the name of a file says, so that the file need not."""


@dataclass(frozen=True)
class Known:
    """The controlled lists of a digest, by which papers are completed."""

    categories: Sequence[Category]
    tags: Sequence[Tag]
    venues: Sequence[Venue]

    @classmethod
    def on(cls, shelf: Shelf) -> Known:
        """The lists on a shelf."""
        return cls(
            categories=[item.record for item in shelf.categories],
            tags=[item.record for item in shelf.tags],
            venues=[item.record for item in shelf.venues],
        )


def schemas(known: Known) -> dict[str, str]:
    """The text of every schema, by the name of its file: `paper.schema.json`."""
    return {f"{kind}{ENDING}": _text(schema_of(kind, known)) for kind in RECORDS}


def schema_of(kind: str, known: Known) -> Schema:
    """The schema of one kind of content file, with the names that the digest knows."""
    record = record_schema(RECORDS[kind])
    if kind == "paper":
        _complete_names(record, known)
    if kind in NAMED_BY_FILE:
        record["properties"] |= {"$schema": {"type": "string"}}
    whole = _many(record) if kind in LISTS else _one_or_many(record) if kind == "paper" else _one(record, kind)
    return {"$schema": DIALECT, **whole}


def record_schema(model: type[Record]) -> Schema:
    """The schema of one record, with all that it refers to in its place: editors follow references differently."""
    made = model.model_json_schema(by_alias=True)
    settled = _settled(made, made.get("$defs", {}))
    assert isinstance(settled, dict)
    return settled


def outdated(root: Path, known: Known) -> Iterator[tuple[Path, str]]:
    """The schemas of a digest that are missing or say something else, and what they should say."""
    for name, text in schemas(known).items():
        path = root / FOLDER / name
        if not _says(path, text):
            yield path, text


def _says(path: Path, text: str) -> bool:
    try:
        return reading.read_bytes(path) == text.encode()
    except OSError:
        return False


def kind_of(path: str) -> str | None:
    """Which kind of content file a path, relative to the digest's root, is: `paper`, `tags` and so on."""
    found = re.fullmatch(rf"{CONTENT}/(?:(papers|issues)/.+|(\w+)\.\w+)", path)
    if found is None:
        return None
    kind = {"papers": "paper", "issues": "issue"}.get(found.group(1), found.group(2))
    return kind if kind in RECORDS else None


def modeline(path: str) -> str:
    """The comment by which a YAML file names its schema, relative to its own place."""
    kind = kind_of(path)
    return MODELINE + posixpath.relpath(f"{FOLDER}/{kind}{ENDING}", PurePosixPath(path).parent)


def _text(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _one(record: Schema, kind: str) -> Schema:
    named = NAMED_BY_FILE.get(kind)
    return {**record, "required": [name for name in record["required"] if name != named]}


def _many(record: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": record}


def _one_or_many(record: Schema) -> Schema:
    """A file of papers holds one, named by the file, or a list of them; by the condition, one kind is marked alone."""
    paper = {"$ref": "#/definitions/paper"}
    return {
        "definitions": {"paper": _one(record, "paper")},
        "if": {"type": "array"},
        "then": _many({"allOf": [paper, {"required": ["id"]}]}),
        "else": paper,
    }


def _settled(schema: Any, definitions: dict[str, Schema]) -> Any:
    """A schema without references, titles and defaults, where a key that is not required may be empty."""
    if isinstance(schema, list):
        return [_settled(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _settled({**definitions[name], **rest}, definitions)
    dropped = {"title", "default", "$defs"} if not _is_name_of_property(schema) else set()
    settled = {key: _settled(value, definitions) for key, value in schema.items() if key not in dropped}
    if settled.get("type") == "object" and "additionalProperties" in settled:
        _open_to_own_keys_and_nothing(settled)
    return settled


def _is_name_of_property(schema: Schema) -> bool:
    """Whether a mapping holds properties by name: one of them may be called `title`."""
    return isinstance(schema.get("title"), dict)


def _open_to_own_keys_and_nothing(record: Schema) -> None:
    record["patternProperties"] = {"^x-": {}}
    for name, value in record["properties"].items():
        if name not in record.get("required", ()):
            record["properties"][name] = _or_nothing(value)


def _or_nothing(schema: Schema) -> Schema:
    if {"type": "null"} in schema.get("anyOf", ()):
        return schema
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [*([schema["type"]] if isinstance(schema["type"], str) else schema["type"]), "null"]}


# ---- the digest's own names ------------------------------------------------------------------------------------------


def _complete_names(record: Schema, known: Known) -> None:
    properties = record["properties"]
    if known.categories:
        properties["categories"]["items"] = _named((each.id, each.title) for each in known.categories)
    if known.tags:
        properties["tags"]["items"] = {
            "anyOf": [
                _named((each.id, each.title) for each in known.tags),
                {"type": ANY_SCALAR, "pattern": _any_spelling(known)},
            ]
        }
    if known.venues:
        venues = _named((each.name, each.title) for each in known.venues)
        _add_alternative(properties["venue"], venues)
        for choice in properties["venue"]["anyOf"]:
            if choice.get("type") == "object":
                _add_alternative(choice["properties"]["name"], venues)


def _named(names: Iterator[tuple[str, str]]) -> Schema:
    pairs = list(names)
    return {"enum": [name for name, _ in pairs], "enumDescriptions": [title for _, title in pairs]}


def _add_alternative(schema: Schema, choice: Schema) -> None:
    """Offer names without insisting on them: an unknown venue is only a warning."""
    if "anyOf" in schema:
        schema["anyOf"] = [choice, *schema["anyOf"]]
        return
    kept = {key: schema.pop(key) for key in list(schema) if key != "description"}
    schema["anyOf"] = [choice, kept]


def _any_spelling(known: Known) -> str:
    """A pattern for every spelling of a tag that `check` takes, upper or lower case, with any kind of space."""
    spellings = sorted({spelling for tag in known.tags for spelling in tag_spellings(tag)})
    return r"^\s*(?:" + "|".join(map(_spelled, spellings)) + r")\s*$"


def _spelled(spelling: str) -> str:
    return "".join(_either_case(sign) for sign in spelling)


def _either_case(sign: str) -> str:
    if sign == "-":
        return r"[\s_-]+"
    if len(sign.upper()) == 1 and sign.upper() != sign:
        return f"[{sign}{sign.upper()}]"
    # Only what means something to a pattern is escaped: in editors, an escape without need is a fault.
    return re.sub(r"[\\^$.|?*+()\[\]{}/]", r"\\\g<0>", sign)
