"""What the world says otherwise of the catalog: told with its place, written only where it is certain."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from paper_digest.catalog.catalog import load
from paper_digest.importing.found import NothingAdded
from paper_digest.importing.verifying import FORMATS, Verified, verify, write
from paper_digest.problems import errors_of
from tests.apis import Apis, canned, half, says
from tests.conftest import TODAY, MakeDigest

DAY = date(2026, 11, 25)
PLACE = "content/papers/lantern.yaml"
SOUND = """\
title: "LanternNet: Reading $k$-space with a Lantern & a Map"
authors: [Ada Ångström, 王小明, Plato]
abstract: x
categories: [vision]
arxiv: "2611.01234"
doi: 10.5555/digest.2026.17
venue: {name: JII, year: 2026}
"""
VENUES = "- {name: JII, title: Journal of Imaginary Imaging, kind: journal, aliases: [J. Imag. Imaging]}\n"
CODE = "links: {code: https://code-host.example/x, pdf: https://papers-host.example/p.pdf}\n"


@pytest.fixture
def apis(apis: Apis) -> Apis:
    """The APIs, where the registry and arXiv say the same of the paper above."""
    apis.play()
    article = json.loads(canned("crossref-article.json"))
    article["message"]["author"] = [{"given": "Ada", "family": "Ångström"}, {"name": "王小明"}, {"name": "Plato"}]
    apis.answer("api.crossref.org", "/works/10.5555%2Fdigest.2026.17", json.dumps(article))
    return apis


def looked(
    make_digest: MakeDigest, apis: Apis, paper: str, ids: Sequence[str] = (), *, links: bool = True
) -> tuple[Path, Verified]:
    root = make_digest({PLACE: paper, "content/venues.yaml": VENUES})
    return root, verify(root, DAY, apis.web(), lambda step: None, ids=ids, links=links)


def told(verified: Verified) -> list[str]:
    return [difference.what for difference in verified.differences]


def written(root: Path, verified: Verified) -> str:
    write(root, verified.differences, DAY)
    assert errors_of(load(root, TODAY).problems) == []
    return (root / PLACE).read_text("utf-8")


def test_a_paper_that_everybody_says_the_same_of_is_no_difference(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(make_digest, apis, SOUND)
    assert told(verified) == []
    assert verified.silent == []


def test_a_new_title_is_told_at_its_place_and_written_with_updated(make_digest: MakeDigest, apis: Apis) -> None:
    root, verified = looked(make_digest, apis, SOUND.replace("with a Lantern", "in the Dark"))
    [difference] = verified.differences
    assert str(difference.as_problem().where) == f"{PLACE}:1:8"
    assert "arXiv 2611.01234 has “LanternNet: Reading $k$-space with a Lantern & a Map” now" in difference.what
    text = written(root, verified)
    with_a_title = SOUND.replace("vision]\n", "vision]\nupdated: 2026-11-25\n")
    assert text == with_a_title


def test_a_preprint_that_was_published_becomes_news(make_digest: MakeDigest, apis: Apis) -> None:
    preprint = SOUND.replace("venue: {name: JII, year: 2026}\n", "")
    root, verified = looked(make_digest, apis, preprint)
    assert any(what.startswith("now published at JII") for what in told(verified)), told(verified)
    text = written(root, verified)
    assert "venue: {name: JII, year: 2027}\n" in text
    assert "kind: published" in text
    assert "updated: 2026-11-25" in text


def test_news_of_publication_are_told_once(make_digest: MakeDigest, apis: Apis) -> None:
    preprint = SOUND.replace("venue: {name: JII, year: 2026}\n", "")
    root, verified = looked(make_digest, apis, preprint)
    once = written(root, verified)
    again = verify(root, DAY, apis.web(), lambda step: None)
    assert again.differences == []
    assert once.count("kind: published") == 1


def test_a_venue_that_is_not_ours_is_for_a_person(make_digest: MakeDigest, apis: Apis) -> None:
    root = make_digest({PLACE: SOUND.replace("venue: {name: JII, year: 2026}\n", "")})
    verified = verify(root, DAY, apis.web(), lambda step: None)
    [difference] = verified.differences
    assert "add the venue to content/venues.yaml" in difference.remedy
    assert write(root, verified.differences, DAY) == ([], [])


def test_missing_authors_and_a_missing_doi_are_filled_in(make_digest: MakeDigest, apis: Apis) -> None:
    bare = "".join(line for line in SOUND.splitlines(True) if not line.startswith(("authors", "doi")))
    root, verified = looked(make_digest, apis, bare)
    text = written(root, verified)
    assert "authors: [" in text
    assert "Ada Ångström" in text
    assert "doi: 10.5555/digest.2026.17\n" in text


@pytest.mark.parametrize(
    ("authors", "differs"),
    [
        ("[A. Ångström, 王小明, Plato]", False),
        ("[Ångström Ada, 王小明, Plato]", False),
        ("[Ada Ångström, 王小明]", True),
        ("[Ada Ångström, 李大明, Plato]", True),
        ("[Ada Ångström, Plato, 王小明]", True),
    ],
)
def test_other_authors_are_for_a_person_and_initials_are_the_same(
    make_digest: MakeDigest, apis: Apis, authors: str, differs: bool
) -> None:
    paper = SOUND.replace("[Ada Ångström, 王小明, Plato]", authors)
    root, verified = looked(make_digest, apis, paper)
    assert bool(told(verified)) == differs, told(verified)
    assert write(root, verified.differences, DAY) == ([], [])
    assert (root / PLACE).read_text("utf-8") == paper


def test_a_retraction_is_written_with_its_day_and_notice(make_digest: MakeDigest, apis: Apis) -> None:
    paper = "title: Every Scan Is Healthy\nabstract: x\ncategories: [vision]\ndoi: 10.5555/digest.2026.13\n"
    root, verified = looked(make_digest, apis, paper)
    assert any("was retracted" in what for what in told(verified))
    text = written(root, verified)
    assert "status: retracted\n" in text
    assert "date: 2026-03-04" in text
    assert "https://doi.org/10.5555/digest.2026.15" in text


@pytest.mark.parametrize(
    ("status", "is_gone"), [(404, True), (410, True), (200, False), (403, False), (429, False), (500, False)]
)
def test_only_a_definite_refusal_makes_a_link_dead(
    make_digest: MakeDigest, apis: Apis, status: int, is_gone: bool
) -> None:
    apis.answer("code-host.example", "/x", "", status)
    apis.answer("papers-host.example", "/p.pdf", "%PDF")
    root, verified = looked(make_digest, apis, SOUND + CODE)
    assert any("links.code" in what for what in told(verified)) == is_gone
    assert not any("links.pdf" in what for what in told(verified))
    text = written(root, verified)
    assert ("code:" in text) != is_gone
    assert "pdf: https://papers-host.example/p.pdf" in text


def test_a_server_that_cannot_be_asked_proves_nothing_and_is_told(make_digest: MakeDigest, apis: Apis) -> None:
    behind_the_door = SOUND + "links: {code: https://10.0.0.1/x}\n"
    root, verified = looked(make_digest, apis, behind_the_door)
    assert told(verified) == []
    assert verified.silent == ["https://10.0.0.1/x: no answer"]
    assert written(root, verified) == behind_the_door


def test_two_dead_links_both_go(make_digest: MakeDigest, apis: Apis) -> None:
    root, verified = looked(make_digest, apis, SOUND + CODE)
    assert len(verified.differences) == 2
    assert "links:" not in written(root, verified)


def test_links_can_be_left_out(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(make_digest, apis, SOUND + CODE, links=False)
    assert not any(asked.host.endswith("-host.example") for asked in apis.asked)
    assert verified.links == 0


def test_an_id_that_arxiv_does_not_know_is_told(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(
        make_digest, apis, SOUND.replace("2611.01234", "2611.09999").replace("doi: 10.5555/digest.2026.17\n", "")
    )
    assert told(verified) == ["arxiv: arXiv has no paper 2611.09999"]


def test_a_doi_that_nobody_registered_is_told(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(make_digest, apis, SOUND.replace("digest.2026.17", "nobody"))
    assert any("neither Crossref nor DataCite knows this DOI" in what for what in told(verified))


def test_one_silent_source_leaves_the_others_be(make_digest: MakeDigest, apis: Apis) -> None:
    apis.fault("export.arxiv.org", "/", *[says(500)] * 40)
    _, verified = looked(make_digest, apis, SOUND.replace("with a Lantern", "in the Dark"))
    assert len(verified.silent) == 1
    assert "export.arxiv.org" in verified.silent[0]
    assert any("title" in what for what in told(verified)), "Crossref was asked all the same"


def test_when_nobody_answers_it_says_so_and_nothing_is_changed(make_digest: MakeDigest, apis: Apis) -> None:
    for host in ("export.arxiv.org", "api.crossref.org", "api.semanticscholar.org", "api.datacite.org"):
        apis.fault(host, "/", *[says(503)] * 60)
    with pytest.raises(NothingAdded, match="is this computer online"):
        looked(make_digest, apis, SOUND)


def test_papers_can_be_named_and_an_unknown_one_is_an_error(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(make_digest, apis, SOUND, ["lantern"])
    assert verified.papers == 1
    with pytest.raises(NothingAdded, match="there is no paper `nobody`"):
        looked(make_digest, apis, SOUND, ["nobody"])


def test_comments_stay_and_a_paper_in_a_list_is_changed_too(make_digest: MakeDigest, apis: Apis) -> None:
    lines = SOUND.replace("with a Lantern", "in the Dark").splitlines()
    listed = "# two papers\n- id: lantern  # the first\n" + "".join(f"  {line}\n" for line in lines)
    root = make_digest({"content/papers/list.yaml": listed, "content/venues.yaml": VENUES})
    verified = verify(root, DAY, apis.web(), lambda step: None)
    assert write(root, verified.differences, DAY) == (["lantern"], [])
    text = (root / "content/papers/list.yaml").read_text("utf-8")
    assert text.startswith("# two papers\n- id: lantern  # the first\n  title: ")
    assert "  updated: 2026-11-25\n" in text


def test_another_work_under_the_number_is_told_and_nothing_is_taken_from_it(
    make_digest: MakeDigest, apis: Apis
) -> None:
    whales = SOUND.replace("LanternNet: Reading $k$-space with a Lantern & a Map", "Whales of the North")
    whales = whales.replace("[Ada Ångström, 王小明, Plato]", "[Herman Melville]")
    root, verified = looked(make_digest, apis, whales)
    assert all("look whether the number is right" in each.remedy for each in verified.differences)
    assert {each.route for each in verified.differences} == {("arxiv",), ("doi",)}
    assert write(root, verified.differences, DAY) == ([], [])


def test_offline_it_does_not_ask_for_every_doi(make_digest: MakeDigest, apis: Apis) -> None:
    dois = {
        f"content/papers/p{n}.yaml": f"title: Paper {n}\ncategories: [vision]\ndoi: 10.1000/{n}\n" for n in range(20)
    }
    for host in ("api.crossref.org", "api.semanticscholar.org"):
        apis.fault(host, "/", *[half() for _ in range(400)])
    root = make_digest({**dois, PLACE: "title: Known\narxiv: '2611.01234'\ncategories: [vision]\n"})
    verified = verify(root, DAY, apis.web(), lambda step: None)
    assert "the other DOIs were not asked for" in verified.silent
    assert len({asked.path for asked in apis.asked if asked.host == "api.crossref.org"}) == 1


def test_json_is_for_a_person(make_digest: MakeDigest, apis: Apis) -> None:
    paper = '{"title": "LanternNet: Reading", "abstract": "x", "categories": ["vision"], "arxiv": "2611.01234"}'
    root = make_digest({"content/papers/dark.json": paper, "content/venues.yaml": VENUES})
    changed, refused = write(root, verify(root, DAY, apis.web(), lambda step: None).differences, DAY)
    assert changed == []
    assert "a JSON file is not changed by a program" in refused[0]


def test_the_pull_request_holds_titles_as_text_alone(make_digest: MakeDigest, apis: Apis) -> None:
    hostile = canned("arxiv-feed.xml").replace("LanternNet: Reading", "&lt;img src=x&gt; @team [x](javascript:1) | #12")
    apis.answer("export.arxiv.org", "/api/query", hostile)
    root, verified = looked(make_digest, apis, SOUND)
    changed, refused = write(root, verified.differences, DAY)
    markdown = FORMATS["markdown"](verified, changed, refused)
    assert "<img" not in markdown
    assert "](javascript" not in markdown
    for reference in ("#12", "@team"):
        assert reference not in html.unescape(markdown), "GitHub would make a link of it"
    assert "### Written" in markdown


def test_what_was_found_is_told_as_text_and_as_one_json_document(make_digest: MakeDigest, apis: Apis) -> None:
    _, verified = looked(make_digest, apis, SOUND.replace("with a Lantern", "in the Dark"))
    assert FORMATS["text"](verified, [], []).splitlines()[-1] == "1 paper and 0 links compared: 1 difference."
    [difference] = json.loads(FORMATS["json"](verified, [], []))["differences"]
    assert (difference["paper"], difference["certain"]) == ("lantern", True)
