import json
from collections.abc import Mapping
from datetime import date

import pytest

from paper_digest.importing import found
from paper_digest.importing.found import Found, Notice
from paper_digest.importing.mending import mended
from paper_digest.importing.sources.crossref import work
from paper_digest.importing.web import FetchFailed, NotFound
from tests.apis import Apis, canned, half, says, web_page

CROSSREF, DATACITE = "api.crossref.org", "api.datacite.org"
DOI = "10.5555/digest.2026.17"


def told(apis: Apis, parts: Mapping[str, object]) -> Found:
    """What is read of an answer of Crossref with a title and the given parts."""
    apis.answer(CROSSREF, "/works/", json.dumps({"message": {"title": ["A title"], **parts}}))
    return mended(work(apis.web(), DOI))


def plain(markup: str) -> str | None:
    """The text that is read of an abstract's markup."""
    return mended(Found("somewhere", "A title", abstract=found.prose(markup))).abstract


def test_an_article_is_told_as_its_publisher_registered_it(apis: Apis) -> None:
    apis.play()
    paper = mended(work(apis.web(), DOI))
    assert paper.source == "doi:10.5555/digest.2026.17"
    assert paper.title == "LanternNet: Reading k-space with a Lantern & a Map: A study in ¹³C"
    assert [(author.name, author.orcid) for author in paper.authors] == [
        ("Ada Ångström", "0000-0002-1825-0097"),
        ("Cy van der Example Jr.", None),
        ("Plato", None),
        ("The Lantern Consortium", None),
    ]
    assert paper.abstract == (
        "Background: We read k-space, where p < 0.05, and $x_i^2$ is small.\n\n"
        "Results: It is dark in R>2 places of H₂O."
    )
    assert (paper.arxiv, paper.doi) == ("2611.01234", DOI)
    assert (paper.venue, paper.year, str(paper.published)) == ("Journal of Imaginary Imaging", 2027, "2026-11-15")
    assert (paper.links, paper.notice) == ({"pdf": "https://journal.example/articles/17.pdf"}, None)


def test_a_retraction_is_told_by_its_first_day_and_not_in_the_title(apis: Apis) -> None:
    apis.play()
    paper = mended(work(apis.web(), "10.5555/digest.2026.13"))
    assert paper.title == "Every Scan Is Healthy"
    assert paper.notice == Notice("retracted", date(2026, 3, 4), "https://doi.org/10.5555/digest.2026.15")
    assert paper.venue == "Imaginary Image Computing – MICCAI 2025", "a series is no venue"


@pytest.mark.parametrize(
    ("updates", "notice"),
    [
        ([], None),
        ([{"type": "expression_of_concern"}, {"type": "new_version"}, {}, None, "retraction"], None),
        ([{"type": "Retraction"}], Notice("retracted")),
        ([{"type": "withdrawal", "DOI": "no DOI", "updated": {"date-parts": [[2026, 5]]}}], Notice("retracted")),
        (
            [
                {"type": "erratum", "DOI": "10.1/x", "updated": {"date-parts": [[2026, 5, 6]]}},
                {"type": "correction", "DOI": "10.5555/c", "updated": {"date-parts": [[2026, 5, 7]]}},
                {"type": "corrigendum", "updated": {"date-parts": [[2026, 13, 45]]}},
            ],
            Notice("corrected", date(2026, 5, 7), "https://doi.org/10.5555/c"),
        ),
    ],
)
def test_notices_are_read_from_updates(apis: Apis, updates: list[object], notice: Notice | None) -> None:
    assert told(apis, {"updated-by": updates}).notice == notice


@pytest.mark.parametrize("prefix", ["RETRACTED: ", "Retracted article: ", "[Retracted] ", "REMOVED—"])
def test_a_title_alone_can_tell_of_a_retraction(apis: Apis, prefix: str) -> None:
    paper = told(apis, {"title": [f"{prefix}A title"]})
    assert (paper.title, paper.notice) == ("A title", Notice("retracted"))


@pytest.mark.parametrize(
    "title", ["Retracted Papers: A Survey", "Withdrawn-Patient Analysis", "Removed: A Story", "[RE] X"]
)
def test_a_title_about_retraction_is_none(apis: Apis, title: str) -> None:
    paper = told(apis, {"title": [title]})
    assert (paper.title, paper.notice) == (title, None)


def test_a_preprint_that_has_appeared_is_taken_for_what_appeared(apis: Apis) -> None:
    apis.play()
    notes: list[str] = []
    paper = work(apis.web(), "10.5555/2026.10.01.654321", notes.append)
    assert (paper.doi, paper.venue, str(paper.published)) == (DOI, "Journal of Imaginary Imaging", "2026-10-01")
    assert notes == [
        "doi:10.5555/2026.10.01.654321 has appeared as doi:10.5555/digest.2026.17, which was taken instead"
    ]


def test_a_preprint_whose_later_work_is_unknown_stays_what_it_is(apis: Apis) -> None:
    apis.answer(CROSSREF, "/works/10.5555%2F2026", canned("crossref-preprint.json"))
    paper = mended(work(apis.web(), "10.5555/2026.10.01.654321"))
    assert (paper.doi, paper.venue, paper.abstract) == ("10.5555/2026.10.01.654321", None, "First thoughts.")


@pytest.mark.parametrize(
    ("kind", "container", "venue"),
    [
        ("journal-article", ["A Journal"], "A Journal"),
        ("proceedings-article", ["Proceedings of Things"], "Proceedings of Things"),
        ("book-chapter", ["Lecture Notes in Computer Science", "MICCAI 2026"], "MICCAI 2026"),
        ("book-chapter", ["Lecture Notes in Computer Science"], "Lecture Notes in Computer Science"),
        ("posted-content", ["medRxiv"], None),
        ("journal-article", ["SSRN Electronic Journal"], None),
        ("journal-article", [], None),
        ("journal-article", "A Journal", None),
    ],
)
def test_a_venue_is_where_papers_appear(apis: Apis, kind: str, container: object, venue: str | None) -> None:
    paper = told(apis, {"type": kind, "container-title": container, "issued": {"date-parts": [[2026]]}})
    assert (paper.venue, paper.year) == (venue, 2026 if venue else None)


def test_what_datacite_alone_knows_is_found_there(apis: Apis) -> None:
    apis.play()
    paper = mended(work(apis.web(), "10.5281/zenodo.7654321"))
    assert paper.title == "A Report on Lanterns"
    assert [(author.name, author.orcid) for author in paper.authors] == [
        ("Ada Ångström", "0000-0002-1825-0097"),
        ("The Lantern Consortium", None),
    ]
    assert (paper.abstract, str(paper.published)) == ("Lanterns & maps.\n\nMeasured.", "2026-09-08")
    assert paper.links == {"page": "https://zenodo.org/records/7654321"}


def test_a_doi_that_no_registry_knows_is_not_found(apis: Apis) -> None:
    with pytest.raises(NotFound, match="neither Crossref nor DataCite knows this DOI"):
        work(apis.web(), DOI)


def test_a_doi_cannot_leave_its_place_in_the_question(apis: Apis) -> None:
    with pytest.raises(NotFound):
        work(apis.web(), "10.1234/../../admin?x='y'#z&<a>")
    assert apis.asked[0].path == "/works/10.1234%2F..%2F..%2Fadmin%3Fx%3D%27y%27%23z%26%3Ca%3E"


def test_faults_on_the_way_are_got_over_or_told(apis: Apis) -> None:
    apis.play()
    apis.fault(CROSSREF, "/works/", says(502), half("{"), web_page())
    with pytest.raises(FetchFailed, match="web page"):
        work(apis.web(), DOI)
    assert work(apis.web(), DOI).doi == DOI


@pytest.mark.parametrize(
    "message",
    [
        {"title": []},
        {"title": None},
        {"title": [""]},
        {"title": [7]},
        {"title": [{"a": 1}]},
        {"title": "A title"},
        {"title": ["x" * 3_000]},
    ],
)
def test_an_answer_without_a_sound_title_is_no_paper(apis: Apis, message: dict[str, object]) -> None:
    with pytest.raises(NotFound, match="has no title"):
        told(apis, message)


@pytest.mark.parametrize("body", ["null", "[]", "7", '{"message": []}', '{"message": null}', '"text"'])
def test_an_answer_of_any_other_shape_is_no_paper(apis: Apis, body: str) -> None:
    apis.answer(CROSSREF, "/works/", body)
    with pytest.raises(NotFound):
        work(apis.web(), DOI)


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], [[]], [{}], [{"a": [1]}], {"date-parts": [[None]]}])
def test_parts_that_are_ill_formed_are_left_out(apis: Apis, junk: object) -> None:
    parts = "subtitle author abstract container-title issued published updated-by link relation DOI type".split()
    paper = told(apis, {part: junk for part in parts if not (part in {"abstract", "subtitle"} and junk == "x")})
    assert (paper.title, paper.authors, paper.abstract, paper.venue) == ("A title", (), None, None)
    assert (paper.published, paper.links, paper.doi) == (None, {}, DOI)


def test_a_link_that_is_no_web_address_is_left_out(apis: Apis) -> None:
    assert told(apis, {"link": [{"URL": "javascript:alert(1)", "content-type": "application/pdf"}]}).links == {}


def test_five_thousand_authors_are_kept(apis: Apis) -> None:
    authors = [{"given": "Author", "family": str(number)} for number in range(5_000)]
    assert len(told(apis, {"author": authors}).authors) == 5_000


# ---- JATS ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Plain text, p < 0.05 & more", "Plain text, p < 0.05 & more"),
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
        ("<p>One</p> <p>Two</p>", "One\n\nTwo"),
        ("<jats:title>Summary</jats:title><jats:p>One.</jats:p>", "One."),
        ("<sec><title>Aims:</title><p>One.</p><p>Two.</p></sec>", "Aims: One.\n\nTwo."),
        ("<p>CO<sub>2</sub>, 10<sup>3</sup>, <jats:italic>in vivo</jats:italic></p>", "CO₂, 10³, in vivo"),
        ("<p>$$ no tex <tex-math>$x &lt; y$</tex-math></p>", "$$ no tex $x < y$"),
        ("<p><tex-math>\\(a\\)</tex-math><tex-math> </tex-math></p>", "$a$"),
        ("<p>R&amp;D&nbsp;&ndash; AT&T &#233;</p>", "R&D – AT&T é"),
        ("<p>p < 0.05, a<b and <i>c</i></p>", "p < 0.05, a<b and c"),
        ("<p>Never closed <i>and <b>crossed</i></b>", "Never closed and crossed"),
        ("<p>One<!-- nothing to see --> two<?php x ?></p>", "One two"),
        ("<p>Control \x01\u202e signs</p>", "Control signs"),
        ('<p><script>alert(1)</script> <a href="javascript:x">y</a></p>', "alert(1) y"),
        ("<p> </p>", None),
        ("<p/>", None),
    ],
)
def test_markup_becomes_text(markup: str, text: str | None) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "markup", ["<p>" * 50_000, "<" * 50_000 + "<p>", "&" * 50_000 + "<p>", "<p>" + "&x;" * 50_000, "<p " * 50_000 + ">"]
)
def test_torn_markup_is_no_error(markup: str) -> None:
    plain(markup)


def test_a_document_type_in_an_abstract_means_nothing() -> None:
    text = plain('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>One &a;</p>')
    assert text is not None
    assert "root:" not in text, "no file of this machine is read"
