"""JSON-LD as those who read pages get it: out of the HTML of a page, by parsers that are not ours."""

from __future__ import annotations

import json
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from paper_digest.catalog.records import Author, Links, Paper, PartialDate, Status, VenueRef
from paper_digest.digest.site import Site
from paper_digest.shown import structured

PAGE = "https://digest.example/sub/papers/"

# Of schema.org, what is used: the properties of every type by its definition (https://schema.org/ScholarlyArticle and
# so on), inherited ones included.
_OF_THING = {"@id", "@type", "name", "alternateName", "description", "url", "sameAs", "identifier"}
_OF_WORK = _OF_THING | {
    "about",
    "abstract",
    "author",
    "creativeWorkStatus",
    "dateModified",
    "datePublished",
    "encoding",
    "hasPart",
    "headline",
    "inLanguage",
    "isAccessibleForFree",
    "isPartOf",
    "keywords",
}
SCHEMA_ORG = {
    "CreativeWork": _OF_WORK,
    "DefinedTerm": _OF_THING,
    "MediaObject": _OF_WORK | {"contentUrl", "encodingFormat"},
    "Organization": _OF_THING,
    "Periodical": _OF_WORK,
    "Person": _OF_THING,
    "PropertyValue": _OF_THING | {"propertyID", "value"},
    "PublicationIssue": _OF_WORK | {"issueNumber"},
    "PublicationVolume": _OF_WORK,
    "ScholarlyArticle": _OF_WORK,
    "WebSite": _OF_WORK,
}
# What a property may hold, where that is not plain text, a number or a truth value.
VALUES = {
    "about": {"DefinedTerm"},
    "author": {"Person", "Organization"},
    "encoding": {"MediaObject"},
    "hasPart": {"ScholarlyArticle"},
    "identifier": {"PropertyValue"},
    "isPartOf": {"Periodical", "PublicationVolume", "CreativeWork"},
}


def read(data: dict[str, object]) -> dict[str, Any]:
    """What two parsers of HTML find in a page with the data in its head; they must agree that nothing left it."""
    page = f"<!doctype html><html><head><title>t</title>{structured.script(data)}</head><body><p>end</p></body></html>"
    by_lxml = lxml_html.document_fromstring(page)
    by_html5lib = html5lib.parse(page, treebuilder="lxml", namespaceHTMLElements=False)
    found = []
    for root in (by_lxml, by_html5lib):
        [script] = root.xpath("//script")
        assert script.get("type") == "application/ld+json"
        assert [element.tag for element in root.xpath("//body/*")] == ["p"]
        found.append(json.loads(script.text))
    assert found[0] == found[1]
    assert isinstance(found[0], dict)
    return found[0]


def article(site: Site, paper: Paper) -> dict[str, Any]:
    return read(structured.scholarly_article(site, paper))


def everything(site: Site) -> list[dict[str, Any]]:
    said = [structured.website(site), structured.periodical(site)]
    said += [structured.publication_issue(site, issue) for issue in site.issues]
    said += [structured.scholarly_article(site, paper) for paper in site.papers]
    return [read(each) for each in said]


def check_node(node: dict[str, Any]) -> None:
    """A node holds only properties that its type has, with values that they may have; and none that is empty."""
    kind = node["@type"]
    for name, value in node.items():
        assert name in SCHEMA_ORG[kind] | {"@context"}, f"{kind} has no {name}"
        for each in value if isinstance(value, list) else [value]:
            assert each not in (None, "", [], {}), f"{kind} says nothing with {name}"
            assert isinstance(each, dict) == (name in VALUES), f"{name} of {kind} is {each!r}"
            if isinstance(each, dict):
                assert each["@type"] in VALUES[name]
                check_node(each)


def test_all_types_and_properties_are_of_schema_org(example_site: Site) -> None:
    for data in everything(example_site):
        assert data["@context"] == "https://schema.org"
        check_node(data)


def test_everything_that_is_known_of_a_paper(example_site: Site) -> None:
    assert article(example_site, example_site.paper["plain"]) == {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "@id": f"{PAGE}plain/",
        "url": f"{PAGE}plain/",
        "headline": "A plain paper: nothing to see",
        "name": "A plain paper: nothing to see",
        "author": [
            {"@type": "Person", "name": "Ada Lovelace"},
            {
                "@type": "Person",
                "@id": "https://orcid.org/0000-0002-1825-0097",
                "name": "Renée Müller-Ångström",
                "sameAs": "https://orcid.org/0000-0002-1825-0097",
            },
            {"@type": "Person", "name": "Plato"},
        ],
        "datePublished": "2024-10-07",
        "dateModified": "2026-11-22",
        "description": "A plain paper does a plain thing and reports a gain of 12%.",
        "abstract": "A plain abstract of two sentences. The code is at https://code.example/plain (see there). "
        "And a second paragraph.",
        "isPartOf": {
            "@type": "PublicationVolume",
            "name": "International Conference on Examples",
            "alternateName": "ICXX 2025",
            "datePublished": "2025",
        },
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1000/plain_1"},
            {"@type": "PropertyValue", "propertyID": "arXiv", "value": "2410.00010"},
        ],
        "sameAs": ["https://doi.org/10.1000/plain_1", "https://arxiv.org/abs/2410.00010"],
        "about": [
            {
                "@type": "DefinedTerm",
                "name": "Vision & more <b>",
                "url": "https://digest.example/sub/categories/vision/",
            },
            {"@type": "DefinedTerm", "name": "Language", "url": "https://digest.example/sub/categories/language/"},
        ],
        "keywords": ["MRI", "RLHF"],
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": "https://arxiv.org/pdf/2410.00010",
            "encodingFormat": "application/pdf",
        },
        "isAccessibleForFree": True,
    }


def test_of_a_paper_with_nothing_but_a_title_nothing_else_is_said(example_site: Site) -> None:
    data = article(example_site, example_site.paper["missing-everything"])
    assert set(data) == {"@context", "@type", "@id", "url", "headline", "name", "about"}


def test_a_hostile_paper_stays_inside_its_element(example_site: Site) -> None:
    paper = example_site.paper["hostile"]
    markup = str(structured.script(structured.scholarly_article(example_site, paper)))
    assert markup.count("<") == markup.count(">") == 2
    assert "&" not in markup
    data = article(example_site, paper)
    assert data["name"].startswith("</title><script>window.pwned=1</script> *bold*")
    assert [author["name"] for author in data["author"]] == [author.name for author in paper.authors]
    assert data["description"] == "</p><script>window.pwned=8</script> **not bold** {{ 7*7 }}"


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        "&lt;/script&gt;",
        "\u2028\u2029",
        '"\\',
        "</SCRIPT\t>",
    ],
)
def test_no_text_leaves_the_element_and_each_arrives_as_it_was(text: str) -> None:
    assert read({"name": text}) == {"name": text}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_arrives_as_it_was(text: str) -> None:
    markup = str(structured.script({"name": text}))
    inside = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside) == {"name": text}


def test_the_text_is_compact_and_begins_with_what_it_is_about(example_site: Site) -> None:
    data = structured.scholarly_article(example_site, example_site.paper["plain"])
    once, again = structured.script(data), structured.script(data)
    assert once == again
    assert list(data)[:5] == ["@context", "@type", "@id", "url", "headline"]
    assert '{"@type":"Person","name":"Plato"}' in once


def test_sixty_two_authors_stay_in_their_order(example_site: Site) -> None:
    paper = example_site.paper["many-authors"]
    data = article(example_site, paper)
    assert [author["name"] for author in data["author"]] == [author.name for author in paper.authors]
    assert len(data["author"]) == 62


def test_a_group_of_authors_is_no_person(example_site: Site) -> None:
    paper = example_site.paper["plain"].model_copy(
        update={"authors": (Author(name="Example Consortium"), Author(name="Ann Team-Leader"))}
    )
    assert [author["@type"] for author in article(example_site, paper)["author"]] == ["Organization", "Person"]


def test_a_title_from_right_to_left_arrives_as_it_is(example_site: Site) -> None:
    data = article(example_site, example_site.paper["rtl"])
    assert data["name"] == "למידת מכונה לרפואה עם MRI"
    assert [author["name"] for author in data["author"]] == ["דנה כהן", "محمد الأحمد"]


def test_math_is_readable_text(example_site: Site) -> None:
    assert article(example_site, example_site.paper["math"])["name"] == "Bounds of O(n log n) for α-trees, at $5 and $6"


def test_a_long_title_is_cut_for_the_headline_alone(example_site: Site) -> None:
    data = article(example_site, example_site.paper["long-title"])
    assert len(data["headline"]) <= structured.HEADLINE_LENGTH < len(data["name"])
    assert data["name"].startswith(data["headline"].removesuffix("…"))


@pytest.mark.parametrize(
    ("published", "venue", "said"),
    [
        (PartialDate(2024), None, "2024"),
        (PartialDate(2024, 3), VenueRef(name="ICXX", year=2025), "2024-03"),
        (PartialDate(2024, 3, 9), None, "2024-03-09"),
        (None, VenueRef(name="ICXX", year=2025), "2025"),
        (None, VenueRef(name="ICXX"), None),
        (None, None, None),
    ],
)
def test_the_date_is_that_of_the_first_publication_as_far_as_it_is_known(
    example_site: Site, published: PartialDate | None, venue: VenueRef | None, said: str | None
) -> None:
    paper = example_site.paper["plain"].model_copy(update={"published": published, "venue": venue})
    assert article(example_site, paper).get("datePublished") == said


@pytest.mark.parametrize(
    ("venue", "said"),
    [
        (VenueRef(name="J. Ex.", year=2024), {"@type": "Periodical", "name": "Journal of Examples"}),
        (
            VenueRef(name="Small"),
            {"@type": "PublicationVolume", "name": "Workshop on Small Things", "alternateName": "Small"},
        ),
        (VenueRef(name="Unheard Of"), {"@type": "CreativeWork", "name": "Unheard Of"}),
        (None, None),
    ],
)
def test_a_journal_is_a_periodical_and_a_conference_has_a_volume(
    example_site: Site, venue: VenueRef | None, said: dict[str, str] | None
) -> None:
    paper = example_site.paper["plain"].model_copy(update={"venue": venue})
    assert article(example_site, paper).get("isPartOf") == said


@pytest.mark.parametrize(
    ("paper_id", "status"),
    [("retracted", "Retracted"), ("many-authors", "Corrected"), ("plain", None)],
)
def test_what_became_of_a_paper_is_told(example_site: Site, paper_id: str, status: str | None) -> None:
    assert article(example_site, example_site.paper[paper_id]).get("creativeWorkStatus") == status


def test_only_what_is_on_arxiv_is_said_to_be_free(example_site: Site) -> None:
    free = {paper.id for paper in example_site.papers if "isAccessibleForFree" in article(example_site, paper)}
    assert free == {"plain", "many-authors"}
    withdrawn = example_site.paper["plain"].model_copy(update={"status": Status.WITHDRAWN})
    assert "isAccessibleForFree" not in article(example_site, withdrawn)


def test_a_file_is_called_a_pdf_only_where_that_is_sure(example_site: Site) -> None:
    paper = example_site.paper["math"]
    assert article(example_site, paper)["encoding"]["encodingFormat"] == "application/pdf"
    elsewhere = paper.model_copy(update={"links": Links(pdf="https://papers.example/read?id=7.pdf")})
    assert article(example_site, elsewhere)["encoding"] == {
        "@type": "MediaObject",
        "contentUrl": "https://papers.example/read?id=7.pdf",
    }


def test_home_says_which_site_it_is(example_site: Site) -> None:
    assert read(structured.website(example_site)) == {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": "https://digest.example/sub/",
        "url": "https://digest.example/sub/",
        "name": "Test Digest",
        "description": "A made-up digest that shows every feature.",
        "inLanguage": "en",
    }


def test_an_issue_names_its_papers_in_their_order(example_site: Site) -> None:
    data = read(structured.publication_issue(example_site, example_site.issues[0]))
    assert data["@id"] == data["url"] == "https://digest.example/sub/issues/2026-11-22/"
    assert (data["issueNumber"], data["datePublished"]) == (2, "2026-11-22")
    assert data["name"] == "Second, with x² & <b>signs</b>"
    assert data["isPartOf"]["@id"] == "https://digest.example/sub/issues/"
    assert [part["url"] for part in data["hasPart"]] == [
        f"{PAGE}{paper}/" for paper in ("hostile", "math", "rtl", "many-authors", "missing-everything")
    ]


def test_an_issue_and_a_paper_call_the_paper_by_the_same_id(example_site: Site) -> None:
    [first, *_] = read(structured.publication_issue(example_site, example_site.issues[0]))["hasPart"]
    assert first["@id"] == article(example_site, example_site.paper["hostile"])["@id"]
