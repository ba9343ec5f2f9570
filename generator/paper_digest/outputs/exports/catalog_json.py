"""The whole catalog as JSON for programs, and the JSON Schema that documents it: both made of the records below."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from paper_digest import urls
from paper_digest.catalog import records
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.shown import cards
from paper_digest.urls import Address

VERSION: Literal[1] = 1

Url = Annotated[str, Field(json_schema_extra={"format": "iri"})]
Text = Annotated[str, Field(min_length=1)]
SomeDate = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]


class Record(BaseModel):
    """What all records share: they do not change, and the text below a field is its documentation."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, populate_by_name=True)


class Author(Record):
    """An author."""

    name: Text
    """The name as it is printed on the paper."""
    orcid: str | None = None
    """The author's ORCID."""


class Summary(Record):
    """One sentence in the digest's own words."""

    text: Text
    """The sentence."""
    by: records.SummaryBy
    """Whether a human or a machine wrote it."""


class Named(Record):
    """A category or tag."""

    id: Text
    """Its permanent key."""
    title: Text
    """What readers see."""
    page: Url
    """Its page on the site."""


class Venue(Record):
    """Where a paper was published."""

    name: Text
    """The short name, as `ICLR`."""
    title: Text
    """The full name, or the short one when only that is known."""
    kind: records.VenueKind | None = None
    """Whether it is a conference, a journal or a workshop, if the digest knows it."""
    year: int | None = None
    """The year of the conference or volume."""


class News(Record):
    """Something that happened to a paper after it was added."""

    date: date
    """The day on which it happened, or became known."""
    kind: records.NewsKind
    """What kind of news it is."""
    text: Text
    """One sentence: what happened, and why."""
    url: Url | None = None
    """Where it is told."""


class Appearance(Record):
    """An issue that a paper is in."""

    date: date
    """The day of the issue, its permanent key."""
    number: int
    """The number of the issue."""
    title: Text
    """Its headline."""
    page: Url
    """Its page on the site."""
    reason: str | None = None
    """Why the paper is in it."""


class Paper(Record):
    """A scholarly work as catalogued."""

    id: Text
    """The permanent key."""
    page: Url
    """Its page on the site: a permanent address."""
    markdown: Url
    """The same as plain Markdown."""
    title: Text
    """The title as printed."""
    authors: tuple[Author, ...]
    """All authors in their order; empty when they are not known."""
    summary: Summary | None = None
    """What it says, in one sentence of the digest's own."""
    abstract: str | None = None
    """The authors' own text; an empty line parts paragraphs."""
    categories: tuple[Named, ...]
    """One to three categories, the primary one first."""
    tags: tuple[Named, ...]
    """Its tags."""
    added: date | None = None
    """The day on which it was added. Papers without one are in no feed."""
    updated: date | None = None
    """The day on which the entry last changed for readers."""
    published: SomeDate | None = None
    """When the paper first appeared: a year, a month or a day."""
    arxiv: str | None = None
    """The arXiv id, without a version."""
    doi: str | None = None
    """The DOI, from the `10.` on."""
    venue: Venue | None = None
    """Where it was published."""
    links: dict[str, Url]
    """Where its parts are found, by kind: pdf, code, data, model, project, page, demo, slides, video, poster."""
    status: records.Status
    """What became of it: active, corrected, retracted or withdrawn."""
    news: tuple[News, ...]
    """What happened after it was added."""
    issues: tuple[Appearance, ...]
    """The issues that it is in, the earliest first."""
    aliases: tuple[str, ...]
    """Former ids: their addresses lead to its page."""


class Catalog(Record):
    """All papers of a digest.

    What is unknown is left out. Texts are plain, with math in TeX between dollars; they come from many authors, so
    escape them before you show them as HTML. Within a version, keys are only ever added.
    """

    schema_url: Annotated[Url, Field(alias="$schema")]
    """Where this schema is."""
    version: Literal[1]
    """The version of this format."""
    title: Text
    """The digest's name."""
    home: Url
    """The digest's site."""
    updated: date
    """The latest day on which a paper or an issue was added or updated."""
    papers: tuple[Paper, ...]
    """All papers, the latest added first, then the latest published, then by id."""


def files(site: Site) -> Iterator[Artifact]:
    """The catalog, and its schema."""
    yield Artifact.doc(urls.CATALOG_JSON, _text(site))
    yield Artifact.doc(urls.CATALOG_SCHEMA, json.dumps(schema(site), ensure_ascii=False, indent=1) + "\n")


def schema(site: Site) -> JsonSchemaValue:
    """The JSON Schema of the catalog's file."""
    made = Catalog.model_json_schema(by_alias=True, schema_generator=_WhatIsUnknownIsLeftOut)
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": _absolute(site, urls.CATALOG_SCHEMA), **made}


class _WhatIsUnknownIsLeftOut(GenerateJsonSchema):
    """Makes schemas in which a key that may be absent is never null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def _text(site: Site) -> str:
    """The file: a line for each paper, so that a diff is short."""
    catalog = Catalog(
        schema_url=_absolute(site, urls.CATALOG_SCHEMA),
        version=VERSION,
        title=site.identity.name,
        home=site.identity.url,
        updated=site.updated,
        papers=(),
    )
    head = catalog.model_dump_json(by_alias=True, exclude={"papers"}).removesuffix("}")
    papers = (_paper(site, paper).model_dump_json(exclude_none=True) for paper in site.papers)
    return f'{head},"papers":[\n' + ",\n".join(papers) + "\n]}\n"


def _absolute(site: Site, address: Address) -> str:
    return urls.absolute(site.identity.url, address)


def _paper(site: Site, paper: records.Paper) -> Paper:
    return Paper(
        id=paper.id,
        page=_absolute(site, urls.paper(paper.id)),
        markdown=_absolute(site, urls.twin(paper.id)),
        title=paper.title,
        authors=tuple(Author(name=author.name, orcid=author.orcid) for author in paper.authors),
        summary=Summary(text=paper.summary.text, by=paper.summary.by) if paper.summary else None,
        abstract=paper.abstract,
        categories=tuple(_category(site, site.category[each]) for each in paper.categories),
        tags=tuple(_tag(site, site.tag[each]) for each in paper.tags),
        added=paper.added,
        updated=paper.updated,
        published=str(paper.published) if paper.published else None,
        arxiv=paper.arxiv,
        doi=paper.doi,
        venue=_venue(site, paper),
        links={link.kind: link.url for link in cards.links(paper)},
        status=paper.status,
        news=tuple(News(date=each.date, kind=each.kind, text=each.text, url=each.url) for each in paper.news),
        issues=tuple(_appearance(site, issue, paper) for issue in site.issues_of[paper.id]),
        aliases=paper.aliases,
    )


def _category(site: Site, category: records.Category) -> Named:
    return Named(id=category.id, title=category.title, page=_absolute(site, urls.category(category.id)))


def _tag(site: Site, tag: records.Tag) -> Named:
    return Named(id=tag.id, title=tag.title, page=_absolute(site, urls.tag(tag.id)))


def _venue(site: Site, paper: records.Paper) -> Venue | None:
    if paper.venue is None:
        return None
    known = site.venue_of(paper)
    return Venue(
        name=paper.venue.name,
        title=known.title if known else paper.venue.name,
        kind=known.kind if known else None,
        year=paper.venue.year,
    )


def _appearance(site: Site, issue: records.Issue, paper: records.Paper) -> Appearance:
    reason = next(entry.reason for entry in issue.entries if entry.paper == paper.id)
    page = _absolute(site, urls.issue(issue.key))
    return Appearance(date=issue.date, number=issue.number, title=issue.title, page=page, reason=reason)
