"""The catalog as JSON, and the schema that documents it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from paper_digest import urls
from paper_digest.digest.site import Site
from paper_digest.outputs.exports import catalog_json
from tests.sound.made import Made


@pytest.fixture
def catalog(example_outputs: dict[str, bytes]) -> Any:
    return json.loads(example_outputs["docs/catalog.json"])


@pytest.fixture
def schema(example_outputs: dict[str, bytes]) -> Any:
    return json.loads(example_outputs["docs/schemas/catalog.schema.json"])


def strict(schema: Any) -> Any:
    """A schema that takes no key but those that it documents."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    return {"additionalProperties": False, **closed} if closed.get("type") == "object" else closed


def documented(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key of every record of a schema, with what is said of it."""
    for record in (schema, *schema["$defs"].values()):
        yield from record.get("properties", {}).items()


def test_the_catalog_is_as_its_schema_documents_it_and_has_no_other_key(catalog: Any, schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(catalog)
    jsonschema.Draft202012Validator(strict(schema)).validate(catalog)


def check_catalog_json(made: Made) -> None:
    schema = json.loads(made.files["docs/schemas/catalog.schema.json"])
    jsonschema.Draft202012Validator(strict(schema)).validate(json.loads(made.files["docs/catalog.json"]))


@pytest.mark.real
def test_the_real_catalog_is_as_its_schema_documents_it(real: Made) -> None:
    check_catalog_json(real)


def test_the_schema_refuses_what_is_no_catalog(catalog: Any, schema: Any) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    assert not validator.is_valid({**catalog, "version": 2})
    assert not validator.is_valid({**catalog, "papers": [{**catalog["papers"][0], "added": None}]})
    assert validator.is_valid({**catalog, "new": "keys may be added within a version"})


def test_every_key_says_what_it_is(schema: Any) -> None:
    assert [name for name, each in documented(schema) if not each.get("description")] == []


def test_the_catalog_says_what_it_is(catalog: Any, schema: Any) -> None:
    assert {name: value for name, value in catalog.items() if name != "papers"} == {
        "$schema": schema["$id"],
        "version": 1,
        "title": "Test Digest",
        "home": "https://digest.example/sub/",
        "updated": "2026-11-22",
    }


def test_papers_are_in_the_order_of_the_site(example_site: Site, catalog: Any) -> None:
    assert [paper["id"] for paper in catalog["papers"]] == [paper.id for paper in example_site.papers]


def test_a_paper_has_all_that_is_known_of_it(catalog: Any) -> None:
    site = "https://digest.example/sub/"
    assert next(paper for paper in catalog["papers"] if paper["id"] == "plain") == {
        "id": "plain",
        "page": f"{site}papers/plain/",
        "markdown": f"{site}papers/plain.txt",
        "title": "A plain paper: nothing to see",
        "authors": [
            {"name": "Ada Lovelace"},
            {"name": "Renée Müller-Ångström", "orcid": "0000-0002-1825-0097"},
            {"name": "Plato"},
        ],
        "summary": {"text": "A plain paper does a plain thing and reports a gain of 12%.", "by": "human"},
        "abstract": "A plain abstract of two sentences. The code is at https://code.example/plain (see there). "
        "And a second paragraph.",
        "categories": [
            {"id": "vision", "title": "Vision & more <b>", "page": f"{site}categories/vision/"},
            {"id": "language", "title": "Language", "page": f"{site}categories/language/"},
        ],
        "tags": [
            {"id": "mri", "title": "MRI", "page": f"{site}tags/mri/"},
            {"id": "rlhf", "title": "RLHF", "page": f"{site}tags/rlhf/"},
        ],
        "added": "2026-11-20",
        "updated": "2026-11-22",
        "published": "2024-10-07",
        "arxiv": "2410.00010",
        "doi": "10.1000/plain_1",
        "venue": {
            "name": "ICXX",
            "title": "International Conference on Examples",
            "kind": "conference",
            "year": 2025,
        },
        "links": {
            "pdf": "https://arxiv.org/pdf/2410.00010",
            "code": "https://code.example/plain",
            "data": "https://data.example/set",
        },
        "status": "active",
        "news": [
            {"date": "2026-11-22", "kind": "published", "text": "Now in ICXX 2025.", "url": "https://icxx.example/"}
        ],
        "issues": [
            {
                "date": "2026-11-21",
                "number": 1,
                "title": "The first one",
                "page": f"{site}issues/2026-11-21/",
                "reason": "It is plain.",
            }
        ],
        "aliases": ["plain-old"],
    }


def test_what_is_unknown_is_left_out(catalog: Any) -> None:
    paper = next(paper for paper in catalog["papers"] if paper["id"] == "missing-everything")
    assert set(paper) == {
        *("id", "page", "markdown", "title", "authors", "categories", "tags", "links", "status"),
        *("news", "issues", "aliases"),
    }


def test_every_field_of_a_paper_in_the_files_is_in_the_export() -> None:
    from paper_digest.catalog.records import Paper

    assert set(Paper.model_fields) <= set(catalog_json.Paper.model_fields)


def test_there_is_a_line_for_each_paper(example_outputs: dict[str, bytes], catalog: Any) -> None:
    lines = example_outputs[f"docs/{urls.CATALOG_JSON}"].decode().split("\n")
    assert [json.loads(line.removesuffix(","))["id"] for line in lines[1:-2]] == [
        paper["id"] for paper in catalog["papers"]
    ]
