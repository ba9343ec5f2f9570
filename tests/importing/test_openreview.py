import json

import pytest

from paper_digest.importing.found import Found
from paper_digest.importing.sources.openreview import note
from paper_digest.importing.web import FetchFailed, NotFound
from tests.apis import Answer, Apis, half, says, slow_down, web_page

NEW, OLD = "api2.openreview.net", "api.openreview.net"
FORUM = "aB3dEf_9hI"


def told(apis: Apis, **content: object) -> Found:
    """What is read of a note in the new API with a title and the given content."""
    wrapped = {key: {"value": value} for key, value in {"title": "A title", **content}.items()}
    apis.answer(NEW, "/notes", json.dumps({"notes": [{"content": wrapped}]}))
    return note(apis.web(), FORUM)


def test_an_accepted_paper_is_told_with_its_venue(apis: Apis) -> None:
    apis.play()
    paper = note(apis.web(), FORUM)
    assert (paper.source, paper.title) == ("OpenReview aB3dEf_9hI", "Lanterns for Reasoning")
    assert [author.name for author in paper.authors] == ["Ada Ångström", "王小明"]
    assert paper.abstract == "We hold a lantern to reasoning.\n\nIt casts shadows."
    assert (paper.venue, paper.year, str(paper.published)) == ("ICLR", 2027, "2026-10-07")
    assert paper.links == {
        "page": "https://openreview.net/forum?id=aB3dEf_9hI",
        "pdf": "https://openreview.net/pdf/0123456789abcdef0123456789abcdef01234567.pdf",
        "code": "https://github.com/example/lanterns",
    }


def test_what_the_new_api_does_not_have_is_asked_of_the_old_one(apis: Apis) -> None:
    apis.play()
    paper = note(apis.web(), "oLd_Forum1")
    assert [asked.host for asked in apis.asked] == [NEW, OLD]
    assert (paper.title, paper.arxiv, paper.venue) == ("An Older Lantern", "1901.01234", None)
    assert "pdf" not in paper.links, "that is arXiv's"


@pytest.mark.parametrize(
    "answer", ['{"notes": []}', '{"notes": [{"content": {"comment": {"value": "A review"}}}]}', "[]", "7"]
)
def test_a_note_that_is_no_paper_is_not_found(apis: Apis, answer: str) -> None:
    apis.answer(NEW, "/notes", answer)
    with pytest.raises(NotFound, match="OpenReview has no such paper"):
        note(apis.web(), FORUM)


@pytest.mark.parametrize(
    ("told_venue", "venue", "year"),
    [
        ("ICLR 2027 Poster", "ICLR", 2027),
        ("ICLR 2027 notable top 5%", "ICLR", 2027),
        ("ICML 2026 spotlightposter", "ICML", 2026),
        ("NeurIPS 2026 Track Datasets and Benchmarks Poster", "NeurIPS Datasets and Benchmarks", 2026),
        ("NeurIPS 2026 Workshop Medical Imaging", "NeurIPS Workshop Medical Imaging", 2026),
        ("MIDL 2026 Short Papers", "MIDL", 2026),
        ("Accepted by TMLR", "TMLR", None),
        ("MICCAI (3) 2026", "MICCAI", 2026),
        ("ICLR 2027 Conference Submission", None, None),
        ("Submitted to ICLR 2027", None, None),
        ("ICLR 2027 Conference Withdrawn Submission", None, None),
        ("ICLR 2027 Conference Desk Rejected Submission", None, None),
        ("Under review for TMLR", None, None),
        ("CoRR 2026", None, None),
        ("2026", None, None),
        ("", None, None),
        (None, None, None),
        (7, None, None),
    ],
)
def test_a_paper_has_a_venue_once_it_is_accepted(
    apis: Apis, told_venue: object, venue: str | None, year: int | None
) -> None:
    paper = told(apis, venue=told_venue)
    assert (paper.venue, paper.year) == (venue, year)


def test_the_id_of_a_venue_can_tell_that_a_paper_was_rejected(apis: Apis) -> None:
    assert told(apis, venue="ICLR 2027", venueid="ICLR.cc/2027/Conference/Rejected_Submission").venue is None


@pytest.mark.parametrize("names", [["Anonymous"], ["Anonymous Authors"], [""], "Ada", None, [None, 7, [], {}]])
def test_nobody_is_no_author(apis: Apis, names: object) -> None:
    assert told(apis, authors=names).authors == ()


def test_authors_may_be_profiles(apis: Apis) -> None:
    authors = [{"fullname": "Ada Ångström", "username": "~Ada1"}, {"name": "Plato"}, "王小明"]
    assert [author.name for author in told(apis, authors=authors).authors] == ["Ada Ångström", "Plato", "王小明"]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], {"value": {"value": 1}}])
def test_parts_that_are_ill_formed_are_left_out(apis: Apis, junk: object) -> None:
    parts = "authors venueid pdf code doi html".split()
    paper = told(apis, **dict.fromkeys(parts, junk), abstract=[junk])
    assert (paper.title, paper.authors, paper.abstract, paper.doi) == ("A title", (), None, None)
    assert "code" not in paper.links


def test_links_that_are_no_web_addresses_are_left_out(apis: Apis) -> None:
    assert set(told(apis, pdf="javascript:alert(1)", code="javascript:alert(1)").links) == {"page"}


@pytest.mark.parametrize("when", [None, "soon", -(10**20), 10**20, [], True])
def test_a_time_that_cannot_be_is_no_date(apis: Apis, when: object) -> None:
    apis.answer(NEW, "/notes", json.dumps({"notes": [{"cdate": when, "content": {"title": {"value": "A title"}}}]}))
    assert str(note(apis.web(), FORUM).published) in {"None", "1970-01-01"}


def test_a_refusal_is_told_with_a_way_out(apis: Apis) -> None:
    for host in (NEW, OLD):
        apis.answer(host, "/notes", '{"name": "ForbiddenError", "status": 403}', 403)
    with pytest.raises(FetchFailed, match=r"no program at the moment \(403\): give the paper's arXiv id or DOI"):
        note(apis.web(), FORUM)


@pytest.mark.parametrize(
    ("fault", "sentence"), [(web_page(), "web page"), (says(500), "said 500"), (slow_down(), "429")]
)
def test_trouble_in_the_new_api_is_told_when_the_old_one_knows_nothing(
    apis: Apis, fault: Answer, sentence: str
) -> None:
    apis.fault(NEW, "/notes", *[fault] * 4)
    with pytest.raises(FetchFailed, match=sentence):
        note(apis.web(), FORUM)


def test_faults_on_the_way_are_got_over(apis: Apis) -> None:
    apis.play()
    apis.fault(NEW, "/notes", says(502), slow_down(), half('{"notes": []}'))
    assert note(apis.web(), FORUM).title == "Lanterns for Reasoning"
