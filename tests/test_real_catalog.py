"""The real catalog in content/: what readers of the published site are promised.

The first part holds for any catalog that passes `check`, so that who was told "no problems" by it is not told otherwise
by the tests. The second guards the founding catalog of this digest, and is skipped in a fork with its own key.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import feedparser
import pytest
import yaml
from lxml import html

from generator import build, leftovers
from generator.catalog.load import load
from generator.catalog.models import Paper, SummaryBy
from generator.catalog.write import record_data
from generator.channels import channels
from generator.problems import errors_of
from generator.settings import read_identity
from generator.site import Site
from tests.conftest import REPOSITORY, TODAY, site_of
from tests.crawl import broken_links
from tests.web import served

pytestmark = pytest.mark.real
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million billion half double twice"
).split()


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(REPOSITORY)


BASE = read_identity(REPOSITORY).base_path


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's digest, built."""
    root = tmp_path_factory.mktemp("real") / "digest"
    root.mkdir()
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    for folder in ("content", "theme"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    build.build(root, TODAY, print)
    return root


def test_the_catalog_has_no_error() -> None:
    assert errors_of(load(REPOSITORY, TODAY).problems) == []


def test_every_paper_has_a_page(site: Site, digest: Path) -> None:
    pages = {path.parent.name for path in (digest / "build/site/papers").glob("*/index.html")}
    assert {paper.id for paper in site.papers} <= pages


def strange_numbers(said: str, source: str) -> list[str]:
    """The numbers, in digits or words, that a text says and its source does not."""
    known = set(NUMBER.findall(source))
    words = set(re.findall(r"[a-z]+", source.lower()))
    strange = [number for number in NUMBER.findall(said) if number not in known]
    return strange + [
        word for word in re.findall(r"[a-z]+", said.lower()) if word in NUMBER_WORDS and word not in words
    ]


def source_of(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract or ''}"


@pytest.mark.parametrize(
    ("said", "source", "strange"),
    [
        ("gains 43.8% on 5 sets", "a gain of 43.8% on 5 sets", []),
        ("gains 43.9%", "a gain of 43.8%", ["43.9"]),
        ("gains 3%", "a gain of 43%", ["3"]),
        ("uses seven sets", "uses 7 sets", ["seven"]),
        ("trains on 10,000 scans", "trains on 10,000 scans", []),
        ("trains on 10,001 scans", "trains on 10,000 scans", ["10,001"]),
    ],
)
def test_the_guard_of_summaries_finds_what_it_should(said: str, source: str, strange: list[str]) -> None:
    assert strange_numbers(said, source) == strange


def listed(folder: Path) -> set[str]:
    pages = [folder / "index.html", *folder.glob("[0-9]*/index.html")]
    links = [
        link
        for page in pages
        for link in html.fromstring(page.read_bytes()).xpath("//h2[@class='card__title']/a/@href")
    ]
    assert len(links) == len(set(links))
    return {link.rstrip("/").rsplit("/", 1)[-1] for link in links}


def test_every_category_page_has_the_members_of_its_category(site: Site, digest: Path) -> None:
    for category, members in site.members.items():
        assert listed(digest / "build/site/categories" / category) == {paper.id for paper in members}


def test_every_feed_is_well_formed_for_a_feed_reader(site: Site, digest: Path) -> None:
    feeds = sorted((digest / "build/site").rglob("*.xml"))
    feeds = [path for path in feeds if path.name in {"feed.xml", "atom.xml"}]
    live = [path for path in feeds if "archive" not in path.parts]
    assert len(live) == 2 * sum(1 + len(channel.former) for channel in channels(site))
    for path in feeds:
        parsed = feedparser.parse(path.read_bytes())
        assert parsed.bozo is False, path
        assert len(path.read_bytes()) < 1_000_000


def test_served_under_its_path_a_crawl_finds_no_broken_link(site: Site, digest: Path) -> None:
    reached, broken = broken_links(digest / "build/site", BASE)
    assert broken == []
    assert {f"https://site.example{BASE}papers/{paper.id}/" for paper in site.papers} <= reached


def test_the_404_page_is_served_under_the_path(digest: Path) -> None:
    import urllib.error
    import urllib.request

    with served(digest / "build/site", BASE) as address, pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(address + "no/such/page/")
    page = missing.value.read().decode()
    missing.value.close()
    assert missing.value.code == 404
    assert "There is no page here" in page


def as_one_json(papers: list[dict[str, object]], folder: Path) -> None:
    (folder / "all.json").write_text(json.dumps(papers, ensure_ascii=False), "utf-8")


def as_one_list(papers: list[dict[str, object]], folder: Path) -> None:
    (folder / "all.yaml").write_text(yaml.safe_dump(papers, allow_unicode=True, sort_keys=False), "utf-8")


@pytest.mark.parametrize("write", [as_one_json, as_one_list])
def test_one_file_or_many_make_the_same_bytes_but_for_where_edit_leads(
    site: Site, digest: Path, tmp_path: Path, write: Callable[[list[dict[str, object]], Path], None]
) -> None:
    root = tmp_path / "other"
    shutil.copytree(digest, root, ignore=shutil.ignore_patterns("build"))
    shutil.rmtree(root / "content/papers")
    (root / "content/papers").mkdir()
    write([record_data(paper) for paper in reversed(site.papers)], root / "content/papers")
    build.generate(root, TODAY, print)

    def outputs(place: Path) -> dict[str, bytes]:
        files = (
            path
            for path in (place / "build").rglob("*")
            if path.is_file() and path.parts[len(place.parts) + 1] != "site"
        )
        edit = re.compile(rb'href="https://[^"]*/(?:edit|blob)/main/content/[^"]*"')
        return {path.relative_to(place).as_posix(): edit.sub(b"", path.read_bytes()) for path in files}

    assert outputs(root) == outputs(digest)


# ---- the founding catalog -------------------------------------------------------------------------------------------

FOUNDING_KEY = "708d3658-f68a-40aa-8251-d05f2a93cd5f"
FOUNDED = date(2026, 11, 21)


@pytest.fixture(scope="module")
def founding(site: Site) -> list[Paper]:
    """The papers that the digest began with."""
    if str(site.catalog.digest.key) != FOUNDING_KEY:
        pytest.skip("this is another digest")
    return [paper for paper in site.papers if paper.added == FOUNDED]


def test_the_digest_began_with_189_papers(founding: list[Paper]) -> None:
    assert len(founding) == 189


def test_the_founding_papers_have_no_problem_and_no_warning(founding: list[Paper], site: Site) -> None:
    own = {site.catalog.refs[paper.id].path for paper in founding}
    assert [problem for problem in load(REPOSITORY, TODAY).problems if problem.where.path in own] == []


def test_there_are_8_to_14_categories_of_6_to_60_papers(founding: list[Paper], site: Site) -> None:
    assert 8 <= len(site.category) <= 14
    sizes = Counter(category for paper in founding for category in paper.categories)
    assert set(sizes) == set(site.category)
    assert all(6 <= size <= 60 for size in sizes.values()), sizes


def test_every_paper_is_in_one_to_three_categories_and_none_is_for_the_rest(founding: list[Paper], site: Site) -> None:
    assert all(1 <= len(paper.categories) <= 3 for paper in founding)
    assert not {"other", "misc", "miscellaneous", "general"} & set(site.category)


def test_every_category_has_a_path_of_three_to_five_papers(founding: list[Paper], site: Site) -> None:
    assert {len(category.start_here) for category in site.catalog.categories} <= {3, 4, 5}
    assert all(len(category.description) >= 120 for category in site.catalog.categories)


def test_there_are_30_to_70_tags_each_on_two_papers_or_more(founding: list[Paper]) -> None:
    uses = Counter(tag for paper in founding for tag in paper.tags)
    assert 30 <= len(uses) <= 70
    assert min(uses.values()) >= 2
    assert all(paper.tags for paper in founding)


def test_every_summary_is_one_sentence_of_40_to_200_characters_and_says_who_wrote_it(
    founding: list[Paper],
) -> None:
    for paper in founding:
        assert paper.summary is not None, paper.id
        text = paper.summary.text
        assert 40 <= len(text) <= 200, paper.id
        assert text.endswith("."), paper.id
        assert not re.search(r"[a-z)]\. [A-Z]", text), f"{paper.id}: more than one sentence"
        assert paper.summary.by in SummaryBy


def test_every_number_in_a_summary_stands_in_the_abstract_or_title(founding: list[Paper]) -> None:
    strange = {
        paper.id: found
        for paper in founding
        if paper.summary and (found := strange_numbers(paper.summary.text, source_of(paper)))
    }
    assert strange == {}


def test_numbers_in_reasons_and_reading_paths_stand_in_their_papers_too(founding: list[Paper], site: Site) -> None:
    said = [(entry.paper, entry.reason or "") for issue in site.issues for entry in issue.entries]
    said += [(start.paper, start.why) for category in site.catalog.categories for start in category.start_here]
    strange = {
        (paper, text): found
        for paper, text in said
        if (
            found := [
                number for number in NUMBER.findall(text) if number not in NUMBER.findall(source_of(site.paper[paper]))
            ]
        )
    }
    assert strange == {}


def test_no_title_abstract_or_summary_holds_leftovers_of_latex_or_extraction(founding: list[Paper]) -> None:
    for paper in founding:
        for text in (paper.title, paper.abstract or "", paper.summary.text if paper.summary else ""):
            assert list(leftovers.find(text)) == [], paper.id


def test_known_facts_are_all_in(founding: list[Paper]) -> None:
    facts = Counter(
        name for paper in founding for name in ("arxiv", "authors", "venue", "doi", "published") if getattr(paper, name)
    )
    assert facts["arxiv"] >= 175
    assert facts["authors"] >= 126
    assert facts["venue"] >= 100
    assert facts["doi"] >= 22
    assert sum("code" in paper.links.present() for paper in founding) >= 66


def test_the_month_of_an_arxiv_id_is_when_the_paper_appeared(founding: list[Paper]) -> None:
    for paper in founding:
        if paper.arxiv and paper.published:
            assert str(paper.published) == f"20{paper.arxiv[:2]}-{paper.arxiv[2:4]}", paper.id


def test_the_first_three_issues_have_about_ten_papers_with_a_reason_each(founding: list[Paper], site: Site) -> None:
    first = site.catalog.issues[:3]
    assert [issue.number for issue in first] == [1, 2, 3]
    for issue in first:
        assert 8 <= len(issue.entries) <= 12
        assert all(entry.reason for entry in issue.entries)
        assert len(issue.intro.split()) >= 100
    papers = [entry.paper for issue in first for entry in issue.entries]
    assert len(papers) == len(set(papers))


def test_every_letter_is_small_enough_not_to_be_clipped(founding: list[Paper], digest: Path) -> None:
    letters = sorted((digest / "build/email").glob("*.eml"))
    assert len(letters) >= 3
    for letter in letters:
        assert letter.stat().st_size < 90_000
