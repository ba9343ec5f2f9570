import json

import pytest

from paper_digest.importing.sources.semantic_scholar import batch, paper
from paper_digest.importing.web import FetchFailed, NotFound
from tests.apis import Apis, Asked, canned, half, says, slow_down

HOST, ONE, MANY = "api.semanticscholar.org", "/graph/v1/paper/", "/graph/v1/paper/batch"


def test_a_paper_is_told_without_arxiv_as_a_venue_or_its_doi(apis: Apis) -> None:
    apis.play()
    said = paper(apis.web(), "ARXIV:2611.01234")
    assert (said.source, said.title) == (
        "Semantic Scholar ARXIV:2611.01234",
        "LanternNet: Reading k-space with a Lantern & a Map",
    )
    assert [author.name for author in said.authors] == ["Ada Ångström", "王小明"]
    assert (said.arxiv, said.doi, said.venue, said.year) == ("2611.01234", None, None, None)
    assert (str(said.published), said.links) == ("2026-11-02", {})


def test_a_published_paper_has_venue_year_doi_and_pdf(apis: Apis) -> None:
    said = json.loads(canned("semantic-scholar.json")) | {
        "publicationVenue": {"name": "Journal of Imaginary Imaging"},
        "publicationDate": None,
        "externalIds": {"DOI": "10.5555/digest.2026.17"},
        "openAccessPdf": {"url": "https://journal.example/17.pdf", "status": "GOLD"},
    }
    apis.answer(HOST, ONE, json.dumps(said))
    read = paper(apis.web(), "DOI:10.5555/digest.2026.17")
    assert (read.venue, read.year, read.doi) == ("Journal of Imaginary Imaging", 2026, "10.5555/digest.2026.17")
    assert (str(read.published), read.links) == ("2026", {"pdf": "https://journal.example/17.pdf"})
    assert apis.asked[0].path.startswith("/graph/v1/paper/DOI:10.5555/digest.2026.17?fields=title,")


def test_a_batch_is_one_question_and_tells_by_the_ids_as_given(apis: Apis) -> None:
    apis.answer(HOST, MANY, f"[{canned('semantic-scholar.json')}, null]")
    papers = batch(apis.web(), ["ARXIV:2611.01234", "DOI:10.1234/unknown"])
    assert list(papers) == ["ARXIV:2611.01234"]
    assert apis.asked[0].method == "POST"
    assert json.loads(apis.asked[0].body) == {"ids": ["ARXIV:2611.01234", "DOI:10.1234/unknown"]}


def test_too_many_ids_are_several_questions(apis: Apis) -> None:
    def echo(asked: Asked) -> str:
        return json.dumps([{"title": paper_id} for paper_id in json.loads(asked.body)["ids"]])

    apis.answer(HOST, MANY, echo)
    ids = [f"ARXIV:{number}" for number in range(1_100)]
    assert {paper_id: said.title for paper_id, said in batch(apis.web(), ids).items()} == {name: name for name in ids}
    assert len(apis.asked) == 3


def test_no_ids_are_no_question(apis: Apis) -> None:
    assert batch(apis.web(), []) == {}
    assert apis.asked == []


@pytest.mark.parametrize("body", ["{}", "null", "[]", '[{"title": null}]', '[{"title": []}, 7]', '["x"]'])
def test_an_answer_of_another_shape_tells_of_nothing(apis: Apis, body: str) -> None:
    apis.answer(HOST, MANY, body)
    apis.answer(HOST, f"{ONE}ARXIV", body)
    assert batch(apis.web(), ["ARXIV:2611.01234"]) == {}
    with pytest.raises(NotFound):
        paper(apis.web(), "ARXIV:2611.01234")


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], [{}]])
def test_parts_that_are_ill_formed_are_left_out(apis: Apis, junk: object) -> None:
    parts = "abstract authors publicationVenue year externalIds publicationDate openAccessPdf".split()
    apis.answer(HOST, ONE, json.dumps({**dict.fromkeys(parts, junk), "abstract": None, "title": "A title"}))
    said = paper(apis.web(), "ARXIV:2611.01234")
    assert (said.title, said.authors, said.published, said.arxiv, said.links) == ("A title", (), None, None, {})


def test_faults_on_the_way_are_got_over_or_told(apis: Apis) -> None:
    apis.answer(HOST, MANY, "[]")
    apis.fault(HOST, MANY, slow_down(), half("[null, null]"), says(503))
    assert batch(apis.web(), ["ARXIV:2611.01234"]) == {}
    apis.fault(HOST, MANY, *[slow_down()] * 4)
    with pytest.raises(FetchFailed, match="asks to slow down"):
        batch(apis.web(), ["ARXIV:2611.01234"])


def test_a_paper_that_it_does_not_have_is_not_found(apis: Apis) -> None:
    apis.answer(HOST, ONE, '{"error": "Paper with id ARXIV:2611.99999 not found"}', 404)
    with pytest.raises(NotFound):
        paper(apis.web(), "ARXIV:2611.99999")
