from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from paper_digest.importing.found import arxiv_id_in
from paper_digest.importing.mending import mended
from paper_digest.importing.sources import arxiv
from paper_digest.importing.sources.arxiv import batch
from paper_digest.importing.web import FetchFailed
from tests.apis import Apis, Asked, arxiv_feed, canned, half, says, slow_down, web_page

HOST, PATH = "export.arxiv.org", "/api/query"
ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'


def feed(title: str = "A title", extra: str = "", arxiv_id: str = "2611.01234") -> str:
    return (
        f"<feed {ATOM}><entry><id>http://arxiv.org/abs/{arxiv_id}v1</id><title>{title}</title>"
        f"<published>2026-11-02T17:59:58Z</published>{extra}</entry></feed>"
    )


def test_a_paper_is_told_as_arxiv_has_it(apis: Apis) -> None:
    apis.play()
    paper = batch(apis.web(), ["2611.01234"])["2611.01234"]
    assert paper.source == "arXiv 2611.01234"
    assert paper.title == "LanternNet: Reading $k$-space with a Lantern & a Map"
    assert [author.name for author in paper.authors] == ["Ada Ångström", "王小明", "Plato"]
    assert paper.abstract == (
        r"We read $k$-space with a lantern, and find that 43.8\% of it is dark. "
        "Code is at https://github.com/example/lantern_net."
    )
    assert (paper.arxiv, paper.doi, str(paper.published)) == ("2611.01234", "10.5555/digest.2026.17", "2026-11-02")
    assert (paper.venue, paper.year, paper.withdrawn, paper.links) == (None, None, False, {})


def test_a_paper_about_withdrawal_is_not_withdrawn_and_a_withdrawn_one_is(apis: Apis) -> None:
    apis.play()
    papers = batch(apis.web(), ["2611.05678", "hep-th/9901001"])
    assert {arxiv_id: mended(paper).withdrawn for arxiv_id, paper in papers.items()} == {
        "2611.05678": True,
        "hep-th/9901001": False,
    }


@pytest.mark.parametrize(
    ("where", "what", "withdrawn"),
    [
        ("arxiv:comment", "Withdrawn: Lemma 3 is wrong", True),
        ("arxiv:comment", "this submission was withdrawn by arXiv administrators", True),
        ("summary", "  This paper has been withdrawn by the author.", True),
        ("arxiv:journal_ref", "The article is withdrawn", True),
        ("arxiv:comment", "12 pages", False),
        ("summary", "Patients were withdrawn from treatment.", False),
    ],
)
def test_a_withdrawal_is_read_from_what_authors_write(where: str, what: str, withdrawn: bool) -> None:
    paper = arxiv.read(feed(extra=f"<{where}>{what}</{where}>"))["2611.01234"]
    assert mended(paper).withdrawn is withdrawn


def test_many_papers_are_one_question_and_too_many_are_several(apis: Apis) -> None:
    apis.answer(HOST, PATH, arxiv_feed)
    ids = [f"2611.{number:05}" for number in range(1_200, 1_350)]
    assert list(batch(apis.web(), ids)) == ["2611.01234"]
    assert [asked.path.count(",") + 1 for asked in apis.asked] == [100, 50]
    assert apis.asked[0].path.endswith("&max_results=100")


def test_an_old_id_with_its_class_is_asked_for_without_and_told_as_it_was_given(apis: Apis) -> None:
    apis.answer(HOST, PATH, lambda asked: feed(arxiv_id="math/0309136"))
    assert list(batch(apis.web(), ["math.GT/0309136"])) == ["math.GT/0309136"]
    assert "id_list=math/0309136&" in apis.asked[0].path


@pytest.mark.parametrize("status", [200, 400])
def test_an_id_that_cannot_be_spoils_no_other(apis: Apis, status: int) -> None:
    def refuse(asked: Asked) -> str:
        return canned("arxiv-error.xml") if "9999999" in asked.path else arxiv_feed(asked)

    apis.answer(HOST, PATH, refuse)
    if status == 400:
        apis.fault(HOST, f"{PATH}?id_list=2611.01234,cs/9999999", says(400))
        apis.fault(HOST, f"{PATH}?id_list=cs/9999999", says(400))
    assert list(batch(apis.web(), ["2611.01234", "cs/9999999"])) == ["2611.01234"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Rate exceeded.", "sent an answer that is no sound XML"),
        ("", "sent an answer that is no sound XML"),
        ("<rss><channel/></rss>", "sent XML that is no feed of papers"),
        (canned("arxiv-feed.xml")[:900], "sent an answer that is no sound XML"),
        (feed("A \x01 title"), "sent an answer that is no sound XML"),
    ],
)
def test_what_is_no_feed_is_told_and_not_kept(apis: Apis, tmp_path: Path, body: str, sentence: str) -> None:
    web = apis.web(cache=tmp_path)
    apis.answer(HOST, PATH, body)
    with pytest.raises(FetchFailed, match=rf"^export\.arxiv\.org {sentence}"):
        batch(web, ["2611.01234"])
    apis.answer(HOST, PATH, arxiv_feed)
    assert list(batch(web, ["2611.01234"])) == ["2611.01234"]


def test_faults_on_the_way_are_got_over(apis: Apis) -> None:
    apis.play()
    apis.fault(HOST, PATH, says(503), slow_down(), half(canned("arxiv-feed.xml")))
    assert list(batch(apis.web(), ["2611.01234"])) == ["2611.01234"]


def test_a_web_page_instead_of_a_feed_is_told(apis: Apis) -> None:
    apis.fault(HOST, PATH, web_page())
    with pytest.raises(FetchFailed, match="sent a web page where data was asked for"):
        batch(apis.web(), ["2611.01234"])


# ---- hostile feeds ---------------------------------------------------------------------------------------------------


def test_markup_in_a_title_is_text(apis: Apis) -> None:
    title = "<script>alert(1)</script> & more"
    assert arxiv.read(feed(escape(title)))["2611.01234"].title == title
    assert arxiv.read(feed("A <b>bold</b> title"))["2611.01234"].title == "A bold title"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE feed [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1/evil.dtd">',
    ],
)
def test_entities_are_not_replaced_and_nothing_is_loaded(doctype: str) -> None:
    for title in ("A title", "&b;"):
        with pytest.raises(FetchFailed):
            arxiv.read(doctype + feed(title))


def test_a_billion_laughs_are_not_laughed() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(FetchFailed):
        arxiv.read(f'<!DOCTYPE feed [<!ENTITY l0 "ha">{laughs}]>{feed("&l9;")}')


def test_elements_without_a_bottom_are_refused() -> None:
    with pytest.raises(FetchFailed):
        arxiv.read(feed("<b>" * 100_000))


def test_five_thousand_authors_are_kept() -> None:
    authors = "".join(f"<author><name>Author {number}</name></author>" for number in range(5_000))
    assert len(arxiv.read(feed(extra=authors))["2611.01234"].authors) == 5_000


def test_what_is_ill_formed_is_left_out() -> None:
    extra = (
        "<author><name> </name></author><author><name>Ada\u202e</name></author><author/>"
        '<arxiv:doi>10.1234/"&gt;&lt;x 10.48550/arXiv.2611.01234 10.1234/good</arxiv:doi><summary> </summary>'
    )
    paper = arxiv.read(feed(extra=extra))["2611.01234"]
    assert [author.name for author in paper.authors] == ["Ada"]
    assert (paper.doi, paper.abstract) == ("10.1234/good", None)


@pytest.mark.parametrize("title", ["", " \n ", "x" * 3_000])
def test_an_entry_without_a_sound_title_is_no_paper(title: str) -> None:
    assert arxiv.read(feed(title)) == {}


def test_an_entry_without_a_sound_id_is_no_paper() -> None:
    assert arxiv.read(feed(arxiv_id="../../etc/passwd")) == {}


# ---- ids in texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("http://arxiv.org/abs/2611.01234v2", "2611.01234"),
        ("arXiv preprint arXiv:0706.0001", "0706.0001"),
        ("https://arxiv.org/pdf/hep-th/9901001v1.pdf", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("abs/2611.01234", "2611.01234"),
        ("2613.01234", None),
        ("2611.012345", None),
        ("12611.01234", None),
        ("page/1234567", None),
        ("", None),
    ],
)
def test_an_id_is_found_in_a_text(text: str, arxiv_id: str | None) -> None:
    assert arxiv_id_in(text) == arxiv_id
