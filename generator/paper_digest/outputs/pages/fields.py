"""The page of all fields of all content files, and the schemas beside it: both made of the models that `check` uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest import urls
from paper_digest.catalog.files import CONTENT
from paper_digest.catalog.records import Record
from paper_digest.editing.schema import ENDING, LISTS, NAMED_BY_FILE, RECORDS, Known, Schema, record_schema, schemas
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.urls import Address

PLACES = {"paper": f"{CONTENT}/papers/<year>/<id>.yaml", "issue": f"{CONTENT}/issues/<date>.yaml"}


@dataclass(frozen=True)
class Field:
    """One key of a file: its name with those above it, what belongs there, and the values it takes if they are few."""

    name: str
    what: str
    is_needed: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of content file: what its record is, where it lies, and its fields."""

    name: str
    what: str
    place: str
    is_list: bool
    schema: Address
    fields: tuple[Field, ...]


def pages(desk: Desk) -> list[Artifact]:
    """The page of fields, and the schemas."""
    catalog = desk.site.catalog
    description = "Every key of every file of this digest, and what belongs there."
    head = PageHead("All fields", description, "text")
    texts = schemas(Known(catalog.categories, catalog.tags, catalog.venues))
    return [
        desk.page(urls.FIELDS, head, "fields.md.j2", kinds=[_kind(name, model) for name, model in RECORDS.items()]),
        *(Artifact.doc(f"{urls.SCHEMAS}{name}", text) for name, text in texts.items()),
    ]


def _kind(name: str, model: type[Record]) -> Kind:
    schema = record_schema(model)
    named = NAMED_BY_FILE.get(name)
    return Kind(
        name=name,
        what=schema["description"],
        place=PLACES.get(name, f"{CONTENT}/{name}.yaml"),
        is_list=name in LISTS,
        schema=Address(f"{urls.SCHEMAS}{name}{ENDING}"),
        fields=tuple(field for field in _fields(schema) if field.name != named),
    )


def _fields(schema: Schema, above: str = "") -> Iterator[Field]:
    for name, each in schema["properties"].items():
        inner = _record_within(each)
        choices = tuple(value for value in each.get("enum", ()) if value is not None)
        yield Field(f"{above}{name}", each.get("description", ""), name in schema.get("required", ()), choices)
        if inner:
            yield from _fields(inner, f"{above}{name}{'[].' if each.get('items') or _is_list(each) else '.'}")


def _is_list(schema: Schema) -> bool:
    types = schema.get("type", ())
    return "array" in ([types] if isinstance(types, str) else types)


def _record_within(schema: Schema) -> Schema | None:
    """The record that a value is, or holds many of."""
    if "properties" in schema:
        return schema
    parts = [*schema.get("anyOf", ()), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
    return next((found for part in parts if (found := _record_within(part))), None)
