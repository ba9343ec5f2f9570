"""The real catalog in content/: what readers of the published site are promised.

The first part holds for any catalog that passes `check`, so that who was told "no problems" by it is not told otherwise
by the tests. The second guards the founding catalog of this digest, and is skipped in a fork with its own key: it fails
when much of that is damaged, and not when a curator changes some of it.
"""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import feedparser
import pytest
import yaml
from lxml import html

from paper_digest import outputs, urls
from paper_digest.building import build
from paper_digest.catalog.catalog import load
from paper_digest.catalog.records import GoneKind, Paper, record_data
from paper_digest.digest.identity import Identity
from paper_digest.digest.site import Site
from paper_digest.problems import errors_of
from paper_digest.shown.channels import channels
from paper_digest.words import leftovers, prose
from tests.conftest import REPOSITORY, TODAY, site_of
from tests.crawl import ORIGIN, broken_links
from tests.outputs.feeds.published import elsewhere
from tests.sound.made import Built
from tests.web import served

pytestmark = pytest.mark.real
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million billion half double twice"
).split()


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


@pytest.fixture(scope="module")
def built(digest: Path) -> Built:
    return Built(site_of(digest), digest / "build/site")


def test_the_catalog_has_no_error() -> None:
    assert errors_of(load(REPOSITORY, TODAY).problems) == []


# ---- any catalog that passes `check` ---------------------------------------------------------------------------------


def check_every_paper_has_a_page(built: Built) -> None:
    pages = {path.parent.name for path in (built.folder / "papers").glob("*/index.html")}
    assert {paper.id for paper in built.site.papers} <= pages


def check_pages_of_categories(built: Built) -> None:
    """Every category's page has the members of the category."""
    for category in built.site.category:
        members = {paper.id for paper in built.site.papers if category in paper.categories}
        assert listed(built.folder / "categories" / category) == members


def listed(folder: Path) -> set[str]:
    pages = [folder / "index.html", *folder.glob("[0-9]*/index.html")]
    links = [
        link
        for page in pages
        for link in html.fromstring(page.read_bytes()).xpath("//h2[@class='card__title']/a/@href")
    ]
    assert len(links) == len(set(links))
    return {link.rstrip("/").rsplit("/", 1)[-1] for link in links}


def check_published_feeds(built: Built) -> None:
    """Every feed is well-formed for a feed reader, and stands where it is promised."""
    found = [path for name in (urls.RSS, urls.ATOM) for path in sorted(built.folder.rglob(name))]
    folders = {path.parent.relative_to(built.folder).as_posix() for path in found}
    live = {folder for folder in folders if not re.search(r"(?:^|/)archive/\d+$", folder)}
    promised = {channel.listing.rstrip("/") or "." for channel in channels(built.site)}
    former = {place.rstrip("/") for channel in channels(built.site) for place in channel.former}
    assert promised | former <= live <= promised | {each.rstrip("/") for each in elsewhere(built.site)}
    for path in found:
        assert feedparser.parse(path.read_bytes()).bozo is False, path
        assert path.stat().st_size < 1_000_000


def check_links_lead_somewhere(built: Built) -> None:
    """Served under its path, a crawl finds every paper, and no broken link but those that people wrote."""
    base = built.site.identity.base_path
    home = f"{ORIGIN}{base}"
    pages = {f"{home}{urls.hand_written(page.stem)}" for page in built.site.pages}
    intros = {
        f"{home}{urls.issue(issue.key)}": set(re.findall(r'href="([^"]*)"', prose.html(issue.intro)))
        for issue in built.site.issues
    }
    reached, broken = broken_links(
        built.folder, base, lambda page, link: page in pages or link in intros.get(page, set())
    )
    assert broken == []
    assert {f"{home}{urls.paper(paper.id)}" for paper in built.site.papers} <= reached


def check_the_404_page(built: Built) -> None:
    base = built.site.identity.base_path
    with served(built.folder, base) as address, pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(address + "no/such/page/")
    page = missing.value.read().decode()
    missing.value.close()
    assert missing.value.code == 404
    assert "There is no page here" in page


OF_A_BUILT_SITE: tuple[Callable[[Built], None], ...] = (
    check_every_paper_has_a_page,
    check_pages_of_categories,
    check_published_feeds,
    check_links_lead_somewhere,
    check_the_404_page,
)


@pytest.mark.parametrize("check", OF_A_BUILT_SITE)
def test_the_built_site_is_what_the_catalog_promises(built: Built, check: Callable[[Built], None]) -> None:
    check(built)


def as_one_json(papers: list[dict[str, object]], folder: Path) -> None:
    (folder / "all.json").write_text(json.dumps(papers, ensure_ascii=False), "utf-8")


def as_one_list(papers: list[dict[str, object]], folder: Path) -> None:
    (folder / "all.yaml").write_text(yaml.safe_dump(papers, allow_unicode=True, sort_keys=False), "utf-8")


def without_edit_links(root: Path) -> dict[str, bytes]:
    """Everything that is generated, at no code host."""
    site = site_of(root)
    return {each.path: each.content for each in outputs.outputs(replace(site, identity=unhosted(site)))}


def unhosted(site: Site) -> Identity:
    return replace(site.identity, repo_url=None)


def check_one_file_or_many(root: Path, folder: Path) -> None:
    """One file or many make the same bytes but for where "edit" leads."""
    papers = [record_data(paper) for paper in reversed(site_of(root).papers)]
    apart = without_edit_links(root)
    for write in (as_one_json, as_one_list):
        other = folder / write.__name__
        shutil.copytree(root, other, ignore=shutil.ignore_patterns("build"), symlinks=True)
        shutil.rmtree(other / "content/papers")
        (other / "content/papers").mkdir()
        write(papers, other / "content/papers")
        assert without_edit_links(other) == apart, write


def test_one_file_or_many_make_the_same_bytes_but_for_where_edit_leads(digest: Path, tmp_path: Path) -> None:
    check_one_file_or_many(digest, tmp_path)


# ---- the founding catalog -------------------------------------------------------------------------------------------

FOUNDING_KEY = "708d3658-f68a-40aa-8251-d05f2a93cd5f"
FOUNDING = REPOSITORY / "tests/data/founding.txt"
"""The ids of the papers that the digest began with, each with the fingerprint of what suggestions are judged by."""
FOUNDING_ISSUES = ("2026-11-21", "2026-11-22", "2026-11-23")
NEARLY = 0.9


@dataclass(frozen=True)
class Founding:
    """The digest, and those of its first papers that are still in it."""

    root: Path
    site: Site
    ids: frozenset[str]

    @property
    def papers(self) -> list[Paper]:
        return [paper for paper in self.site.papers if self.ids & {paper.id, *paper.aliases}]


def founding_of(root: Path) -> Founding | None:
    """The founding papers, unless a fork has a digest of its own."""
    site = site_of(root)
    if str(site.catalog.digest.key) != FOUNDING_KEY:
        return None
    return Founding(root, site, frozenset(line.split()[0] for line in FOUNDING.read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def founding() -> Founding:
    return founding_of(REPOSITORY) or pytest.skip("this is another digest")


def nearly_all(holds: Iterable[bool]) -> bool:
    """Whether something holds of nine in ten: a curator may change one, and who damages changes many."""
    counted = Counter(holds)
    return counted[True] >= NEARLY * counted.total()


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


def guard_every_paper_is_here_or_told_to_be_gone(founding: Founding) -> None:
    assert len(founding.ids) == 189
    here = {name for paper in founding.site.papers for name in (paper.id, *paper.aliases)}
    gone = {each.id for each in founding.site.catalog.gone if each.kind is GoneKind.PAPER}
    assert founding.ids - here - gone == set()


def guard_nearly_no_paper_has_a_problem(founding: Founding) -> None:
    told = {problem.where.path for problem in load(founding.root, TODAY).problems}
    assert nearly_all(founding.site.catalog.refs[paper.id].path not in told for paper in founding.papers)


def guard_categories_hold_their_papers(founding: Founding) -> None:
    sizes = Counter(category for paper in founding.papers for category in paper.categories)
    assert sum(size >= 6 for size in sizes.values()) >= NEARLY * 8, sizes


def guard_categories_have_paths_and_descriptions(founding: Founding) -> None:
    """Of those that have a good part of the papers."""
    sizes = Counter(category for paper in founding.papers for category in paper.categories)
    large = [each for each in founding.site.catalog.categories if sizes[each.id] >= 6]
    assert sum(len(each.start_here) >= 3 and len(each.description) >= 120 for each in large) >= NEARLY * 8


def guard_tags_are_used(founding: Founding) -> None:
    uses = Counter(tag for paper in founding.papers for tag in paper.tags)
    assert sum(count >= 2 for count in uses.values()) >= NEARLY * 30
    assert nearly_all(bool(paper.tags) for paper in founding.papers)


def guard_summaries_are_one_sentence(founding: Founding) -> None:
    said = [paper.summary.text if paper.summary else "" for paper in founding.papers]
    assert nearly_all(
        40 <= len(text) <= 200 and text.endswith(".") and not re.search(r"[a-z)]\. [A-Z]", text) for text in said
    )


def guard_numbers_in_summaries_stand_in_abstract_or_title(founding: Founding) -> None:
    said = [(paper.summary.text if paper.summary else "", source_of(paper)) for paper in founding.papers]
    assert nearly_all(strange_numbers(text, source) == [] for text, source in said)


def guard_numbers_in_reasons_and_paths_stand_in_their_papers(founding: Founding) -> None:
    site = founding.site
    said = [
        (entry.paper, entry.reason or "")
        for issue in site.issues
        for entry in issue.entries
        if issue.key in FOUNDING_ISSUES
    ]
    said += [(start.paper, start.why) for category in site.catalog.categories for start in category.start_here]
    known = {paper.id: set(NUMBER.findall(source_of(paper))) for paper in site.papers}
    assert nearly_all(set(NUMBER.findall(text)) <= known[paper] for paper, text in said)


def guard_texts_hold_no_leftovers_of_latex_or_extraction(founding: Founding) -> None:
    texts = [(paper.title, paper.abstract or "") for paper in founding.papers]
    assert nearly_all(not any(list(leftovers.find(text)) for text in both) for both in texts)


def guard_known_facts_are_in(founding: Founding) -> None:
    names = ("arxiv", "authors", "venue", "doi", "published", "abstract")
    facts = Counter(name for paper in founding.papers for name in names if getattr(paper, name))
    known = {"arxiv": 175, "authors": 126, "venue": 100, "doi": 22, "published": 150, "abstract": 189}
    assert {name: facts[name] for name, number in known.items() if facts[name] < NEARLY * number} == {}
    assert sum("code" in paper.links.present() for paper in founding.papers) >= NEARLY * 66


def guard_months_of_arxiv_ids_are_when_papers_appeared(founding: Founding) -> None:
    both = [(paper.arxiv, str(paper.published)) for paper in founding.papers if paper.arxiv and paper.published]
    assert nearly_all(published.startswith(f"20{arxiv[:2]}-{arxiv[2:4]}") for arxiv, published in both)


def guard_first_issues_have_papers_with_reasons(founding: Founding) -> None:
    site = founding.site
    issues = [issue for issue in site.issues if issue.key in FOUNDING_ISSUES]
    gone = {each.id for each in site.catalog.gone if each.kind is GoneKind.ISSUE}
    assert {issue.key for issue in issues} | gone >= {*FOUNDING_ISSUES}
    assert all(issue.entries for issue in issues)
    assert nearly_all(bool(entry.reason) for issue in issues for entry in issue.entries)


GUARDS: tuple[Callable[[Founding], None], ...] = (
    guard_every_paper_is_here_or_told_to_be_gone,
    guard_nearly_no_paper_has_a_problem,
    guard_categories_hold_their_papers,
    guard_categories_have_paths_and_descriptions,
    guard_tags_are_used,
    guard_summaries_are_one_sentence,
    guard_numbers_in_summaries_stand_in_abstract_or_title,
    guard_numbers_in_reasons_and_paths_stand_in_their_papers,
    guard_texts_hold_no_leftovers_of_latex_or_extraction,
    guard_known_facts_are_in,
    guard_months_of_arxiv_ids_are_when_papers_appeared,
    guard_first_issues_have_papers_with_reasons,
)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_founding_catalog_is_undamaged(founding: Founding, guard: Callable[[Founding], None]) -> None:
    guard(founding)


def without_much(founding: Founding, field: str, count: int) -> Founding:
    """The founding catalog, with so many papers that lost what stood in a field."""
    empty = {"tags": (), "summary": None, "arxiv": None, "abstract": None}[field]
    papers = [
        paper.model_copy(update={field: empty}) if number < count else paper
        for number, paper in enumerate(founding.site.catalog.papers)
    ]
    site = replace(founding.site, catalog=replace(founding.site.catalog, papers=tuple(papers)))
    return replace(founding, site=site)


@pytest.mark.parametrize(
    ("field", "guard"),
    [
        ("tags", guard_tags_are_used),
        ("summary", guard_summaries_are_one_sentence),
        ("arxiv", guard_known_facts_are_in),
        ("abstract", guard_known_facts_are_in),
    ],
)
def test_damage_is_told_and_an_edit_is_not(founding: Founding, field: str, guard: Callable[[Founding], None]) -> None:
    guard(without_much(founding, field, 5))
    with pytest.raises(AssertionError):
        guard(without_much(founding, field, len(founding.site.papers) // 3))
