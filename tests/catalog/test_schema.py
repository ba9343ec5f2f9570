"""The schemas that editors use, and the checker, agree: shown on files good and bad, read as an editor reads them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from paper_digest.catalog.catalog import load, read_shelf
from paper_digest.catalog.records import ANY_SCALAR
from paper_digest.digest.opening import examine
from paper_digest.editing.rewriting import out_of_style
from paper_digest.editing.schema import DIALECT, ENDING, FOLDER, RECORDS, Known, kind_of, modeline, schema_of, schemas
from paper_digest.problems import errors_of
from tests.conftest import PAPER, REPOSITORY, TODAY, MakeDigest


class CoreLoader(yaml.SafeLoader):
    """Reads YAML with the core schema of YAML 1.2, as editors do: no dates, and `no` is a text."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), [*first, ""])

ISSUE = "number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries: [a-paper]\n"
DIGEST = "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"
CATEGORY = "- {id: vision, title: Vision, family: images, description: Pictures.}\n"

# Each is the whole text of a file, or what is added to one that is sound; then the kind of file.
GOOD = [
    ("paper", PAPER),
    ("paper", "title: x\narxiv: 2410.13085\ncategories: [vision]\n"),
    ("paper", 'title: x\narxiv: "2410.13085"\ncategories: [vision, language]\n'),
    ("paper", "title: 1984\nabstract: true\ncategories: [vision]\n"),
    ("paper", "title: no\nabstract: x\ncategories: [vision]\n"),
    ("paper", "title: x\nlinks: {page: 'https://a.example/x?y#z'}\ncategories: [vision]\n"),
    ("paper", "- {id: b, title: B, abstract: x, categories: [vision]}\n"),
    ("paper", PAPER + "authors: [Ada, {name: Plato, orcid: 0000-0002-1825-0097}, 1984]\n"),
    ("paper", PAPER + "published: 2024\n"),
    ("paper", PAPER + "published: 2024-10\n"),
    ("paper", PAPER + "published: 2024-10-31\nadded: 2026-11-20\nupdated: '2026-11-21'\n"),
    ("paper", PAPER + "venue: ICLR\n"),
    ("paper", PAPER + "venue: {name: Iclr conf, year: '2025'}\n"),
    ("paper", PAPER + "tags: [mri, RLHF, Magnetic  Resonance, magnetic-resonance]\n"),
    ("paper", PAPER + "doi: 10.1038/s41467-024-44824-z\n"),
    ("paper", PAPER + "doi: null\nvenue:\nlinks: {}\nnews: []\nx-mine: {a: [1]}\n"),
    ("paper", PAPER + "summary: {text: One sentence., by: human, x-note: mine}\n"),
    ("paper", PAPER + "status: retracted\nnews: [{date: 2026-11-20, kind: retracted, text: Why.}]\n"),
    ("paper", PAPER + "status: withdrawn\nnews: [{date: 2026-11-20, kind: retracted, text: Why.}]\n"),
    ("paper", PAPER + "aliases: [old-name]\nstatus: active\n"),
    ("issue", ISSUE),
    ("issue", ISSUE.replace("[a-paper]", "[{paper: a-paper, reason: Why.}]").replace("number: 1", "number: '12'")),
    ("categories", CATEGORY),
    ("categories", CATEGORY.replace("}", ", start_here: [{paper: a-paper, why: So.}], aliases: [seeing]}")),
    ("tags", "- {id: mri, title: MRI, kind: modality, aliases: [mr, Magnetic resonance]}\n"),
    ("venues", "- {name: ICLR, title: A conference, kind: conference}\n"),
    ("digest", DIGEST),
    ("digest", DIGEST + "issues: {cadence: weekly, size: '7'}\nfeeds: {size: 20}\nemail: {from: A B <a@b.example>}\n"),
    ("digest", DIGEST + "email: {unsubscribe_url: https://a.example/leave}\n"),
    ("gone", "- {kind: paper, id: former, date: 2026-11-20, reason: Its authors asked for it.}\n"),
]
BAD = [
    ("paper", "abstract: x\ncategories: [vision]\n"),
    ("paper", "title: ''\nabstract: x\ncategories: [vision]\n"),
    ("paper", "title: '  '\nabstract: x\ncategories: [vision]\n"),
    ("paper", "title:\nabstract: x\ncategories: [vision]\n"),
    ("paper", "title: x\ncategories: [vision]\n"),
    ("paper", "title: x\nabstract:\nlinks: {code: null}\ncategories: [vision]\n"),
    ("paper", "title: x\nabstract: y\n"),
    ("paper", "title: x\nabstract: y\ncategories: []\n"),
    ("paper", "title: x\nabstract: y\ncategories: vision\n"),
    ("paper", "title: x\nabstract: y\ncategories: [visoin]\n"),
    ("paper", "title: x\nabstract: y\ncategories: [vision, vision]\n"),
    ("paper", "title: [x]\nabstract: y\ncategories: [vision]\n"),
    ("paper", f"title: {'x' * 2001}\nabstract: y\ncategories: [vision]\n"),
    ("paper", "- {title: B, abstract: x, categories: [vision]}\n"),
    ("paper", "[]\n"),
    ("paper", "just text\n"),
    ("paper", PAPER + "tittle: x\n"),
    ("paper", PAPER + "tags: [nope]\n"),
    ("paper", PAPER + "tags: [mri, mri]\n"),
    ("paper", PAPER + "tags: mri\n"),
    ("paper", PAPER + "tags: [mri, ]\nauthors: [Ada, null]\n"),
    ("paper", PAPER + "authors: Ada\n"),
    ("paper", PAPER + "authors: [{orcid: 0000-0002-1825-0097}]\n"),
    ("paper", PAPER + "authors: [{name: A, orcid: 12}]\n"),
    ("paper", PAPER + "authors: [{name: A, mail: a@b.example}]\n"),
    ("paper", PAPER + "added: 2024-13-01\n"),
    ("paper", PAPER + "added: 2023-02-29\n"),
    ("paper", PAPER + "added: 2024-01\n"),
    ("paper", PAPER + "added: 2024\n"),
    ("paper", PAPER + "published: 24\n"),
    ("paper", PAPER + "published: soon\n"),
    ("paper", PAPER + "arxiv: '2410.1'\n"),
    ("paper", PAPER + "arxiv: 24\n"),
    ("paper", PAPER + "arxiv: 2410.13085v2\n"),
    ("paper", PAPER + "arxiv: https://arxiv.org/abs/2410.13085\n"),
    ("paper", PAPER + "doi: https://doi.org/10.1/x\n"),
    ("paper", PAPER + "links: {code: 'javascript:alert(1)'}\n"),
    ("paper", PAPER + "links: {code: 'ftp://a.example/x'}\n"),
    ("paper", PAPER + "links: {code: 'https://a.example/<b>'}\n"),
    ("paper", PAPER + "links: {cod: https://a.example}\n"),
    ("paper", PAPER + "venue: {name: X, year: soon}\n"),
    ("paper", PAPER + "venue: {year: 2025}\n"),
    ("paper", PAPER + "summary: Words\n"),
    ("paper", PAPER + "summary: {text: Words}\n"),
    ("paper", PAPER + "summary: {text: Words, by: robot}\n"),
    ("paper", PAPER + "status: gone\n"),
    ("paper", PAPER + "status: retracted\n"),
    ("paper", PAPER + "status: withdrawn\nnews: [{date: 2026-11-20, kind: note, text: Why.}]\n"),
    ("paper", PAPER + "status: corrected\nnews: []\n"),
    ("paper", PAPER + "news: [{date: 2026-11-20, kind: note}]\n"),
    ("paper", PAPER + "aliases: [Old Name]\n"),
    ("paper", PAPER + "aliases: [index]\n"),
    ("paper", PAPER + "id: 2024\n"),
    ("issue", ISSUE.replace("[a-paper]", "[]")),
    ("issue", ISSUE.replace("number: 1\n", "")),
    ("issue", ISSUE.replace("number: 1", "number: 0")),
    ("issue", ISSUE.replace("preheader: One", f"preheader: {'x' * 111}")),
    ("issue", ISSUE.replace("[a-paper]", "[{reason: Why.}]")),
    ("categories", CATEGORY.replace("family: images, ", "")),
    ("categories", CATEGORY.replace("id: vision", "id: Vision")),
    ("categories", "vision: Vision\n"),
    ("tags", "- {id: mri, title: MRI, kind: scanner}\n"),
    ("venues", "- {name: ICLR, title: A conference, kind: meeting}\n"),
    ("digest", "key: 12\n"),
    ("digest", DIGEST + "issues: {cadence: hourly}\n"),
    ("digest", DIGEST + "feeds: {size: 0}\n"),
    ("digest", DIGEST + "feeds: {size: many}\n"),
    ("digest", DIGEST + "email: {from: nobody}\n"),
    ("digest", DIGEST + "email: {from: 'A <a@b.example'}\n"),
    ("digest", DIGEST + "email: {unsubscribe_url: leave}\n"),
    ("gone", "- {kind: page, id: former, date: 2026-11-20, reason: Why.}\n"),
    ("gone", "- {kind: paper, id: former, date: 2026-11-20}\n"),
]
PLACES = {"paper": "content/papers/a-paper.yaml", "issue": "content/issues/2026-11-20.yaml"}


def accepted_by_checker(make_digest: MakeDigest, kind: str, text: str) -> bool:
    place = PLACES.get(kind, f"content/{kind}.yaml")
    loaded = load(make_digest({PLACES["paper"]: PAPER, place: text}), TODAY)
    # What one file says of another is not for a schema to know.
    return not [problem for problem in errors_of(loaded.problems) if problem.where.path == place]


def accepted_by_schema(make_digest: MakeDigest, kind: str, text: str) -> bool:
    schema = schema_of(kind, Known.on(read_shelf(make_digest({}))))
    values: Any = yaml.load(text, Loader=CoreLoader)
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).is_valid(values)


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_what_the_checker_takes_no_editor_marks(make_digest: MakeDigest, kind: str, text: str) -> None:
    assert accepted_by_schema(make_digest, kind, text)
    assert accepted_by_checker(make_digest, kind, text)


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_what_the_checker_refuses_editors_mark(make_digest: MakeDigest, kind: str, text: str) -> None:
    assert not accepted_by_schema(make_digest, kind, text)
    assert not accepted_by_checker(make_digest, kind, text)


@pytest.mark.real
def test_no_editor_marks_anything_in_the_real_catalog() -> None:
    check_no_editor_marks_anything(REPOSITORY)


def check_no_editor_marks_anything(root: Path) -> None:
    known = Known.on(read_shelf(root))
    checkers = {
        kind: Draft7Validator(schema_of(kind, known), format_checker=Draft7Validator.FORMAT_CHECKER) for kind in RECORDS
    }
    for path in (root / "content").rglob("*.yaml"):
        if kind := kind_of(path.relative_to(root).as_posix()):
            written = yaml.load(path.read_text("utf-8"), Loader=CoreLoader)
            assert [error.message for error in checkers[kind].iter_errors(written)] == [], path


@pytest.mark.real
def test_every_file_of_the_real_catalog_names_its_schema_once_it_is_in_house_style() -> None:
    check_schemas_are_named(REPOSITORY)


def check_schemas_are_named(root: Path) -> None:
    """`fmt` writes the line where the digest has schemas; until it did, a file without it is as good."""
    rewrites, problems = out_of_style(root)
    fresh = {rewrite.path: rewrite.fresh for rewrite in rewrites}
    beyond_it = {problem.where.path for problem in problems}
    for path in (root / "content").rglob("*.yaml") if (root / FOLDER).is_dir() else ():
        place = path.relative_to(root).as_posix()
        if kind_of(place) and place not in beyond_it:
            line = (fresh.get(path) or path.read_text("utf-8")).splitlines()[0]
            assert line == modeline(place)
            assert (path.parent / line.partition("$schema=")[2]).resolve().parent == (root / FOLDER).resolve()


def test_every_schema_is_a_schema_of_the_dialect_that_all_editors_know(make_digest: MakeDigest) -> None:
    for text in schemas(Known.on(read_shelf(make_digest({})))).values():
        schema = json.loads(text)
        assert schema["$schema"] == DIALECT
        Draft7Validator.check_schema(schema)


def test_editors_complete_categories_tags_and_venues_with_their_titles(make_digest: MakeDigest) -> None:
    schema = schema_of("paper", Known.on(read_shelf(make_digest({}))))
    paper = schema["definitions"]["paper"]["properties"]
    assert paper["categories"]["items"] == {"enum": ["vision", "language"], "enumDescriptions": ["Vision", "Language"]}
    assert paper["tags"]["items"]["anyOf"][0]["enum"] == ["mri", "rlhf"]
    assert paper["tags"]["items"]["anyOf"][1]["type"] == ANY_SCALAR
    assert {"enum": ["ICLR"], "enumDescriptions": ["International Conference"]} in paper["venue"]["anyOf"]


def test_every_field_says_what_belongs_there(make_digest: MakeDigest) -> None:
    def undescribed(record: dict[str, Any], route: str) -> list[str]:
        found = []
        for name, each in record.get("properties", {}).items():
            if "description" not in each and name != "$schema":
                found.append(f"{route}.{name}")
            for part in (each, *each.get("anyOf", ()), each.get("items", {}), *each.get("items", {}).get("anyOf", ())):
                found += undescribed(part, f"{route}.{name}")
        return found

    for kind in RECORDS:
        schema = schema_of(kind, Known.on(read_shelf(make_digest({}))))
        record = schema.get("definitions", {}).get("paper") or schema.get("items") or schema
        assert undescribed(record, kind) == []


def test_a_stale_schema_is_a_doubt_that_says_how_to_mend_it(make_digest: MakeDigest) -> None:
    root = make_digest({PLACES["paper"]: PAPER})
    for name, text in schemas(Known.on(read_shelf(root))).items():
        (root / FOLDER).mkdir(exist_ok=True)
        (root / FOLDER / name).write_text(text, "utf-8")
    assert examine(root, TODAY).problems == []
    (root / "content/tags.yaml").write_text("- {id: ct, title: CT, kind: modality}\n")
    [problem] = examine(root, TODAY).problems
    assert str(problem.where) == f"{FOLDER}/paper{ENDING}:1:1"
    assert problem.remedy == "run `paper-digest schema`"


def test_without_schemas_nothing_is_said_of_them(make_digest: MakeDigest) -> None:
    assert load(make_digest({PLACES["paper"]: PAPER}), TODAY).problems == []


def test_a_json_file_may_name_its_schema(make_digest: MakeDigest) -> None:
    text = '{"$schema": "../schemas/paper.schema.json", "title": "B", "abstract": "x", "categories": ["vision"]}'
    assert load(make_digest({"content/papers/b.json": text}), TODAY).problems == []
    assert accepted_by_schema(make_digest, "paper", text)
