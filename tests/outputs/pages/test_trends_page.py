"""The page of trends: every chart named and with its table, every text escaped, and words where there is no chart."""

from __future__ import annotations

import re
from collections import Counter

import markdown
import pytest
import yaml
from lxml import html

from paper_digest import urls
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.outputs.pages import trends as page_of_trends
from paper_digest.outputs.pages.desk import Desk
from paper_digest.shown import trends
from paper_digest.shown.shelves import year_of
from tests.conftest import REPOSITORY, TODAY, MakeDigest
from tests.sound.made import Made
from tests.test_trends import NEWEST, Papers, at_venues, in_month, site_with, venue_list, years_with_tag

HOSTILE = '<script>alert(1)</script> **bold** [link](javascript:1) {{ 7 * 7 }} & "quoted" $x^2$'


ON_FILE = f"docs/{urls.markdown_file(urls.TRENDS)}"


def source(site: Site) -> str:
    """The page's Markdown file."""
    [artifact] = page_of_trends.pages(Desk(site))
    assert artifact.path == ON_FILE
    return artifact.content.decode()


def shown(site: Site) -> html.HtmlElement:
    return rendered(source(site))


def rendered(written: str) -> html.HtmlElement:
    """The page as Markdown makes it."""
    _, _, body = written.split("---\n", 2)
    return html.fromstring(
        f"<div>{markdown.markdown(body, extensions=['attr_list', 'sane_lists', 'tables', 'toc'])}</div>"
    )


def words(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def headings(page: html.HtmlElement) -> list[str]:
    return [words(heading) for heading in page.xpath("//h2")]


def table(page: html.HtmlElement, caption: str) -> dict[str, list[str]]:
    """The cells of the rows of the table with such a caption, by the rows' headings."""
    [found] = page.xpath(f"//table[contains(caption, '{caption}')]")
    return {words(row.find("th")): [words(cell) for cell in row.findall("td")] for row in found.xpath("tbody/tr")}


RICH: Papers = [
    *years_with_tag(4, 30),
    *at_venues({"ICLR": 3, "Elsewhere": 2}),
    {"published": "2024-02", "categories": ["language"], "links": {"code": "https://code.example/"}},
    {"published": 2021},
]
"""Papers of which every part of the page has something to draw."""


@pytest.fixture
def rich(make_digest: MakeDigest) -> Site:
    return site_with(make_digest, RICH)


def check_page_of_trends(made: Made) -> None:
    """All that holds of the page, whatever there is to draw."""
    written = made.files[ON_FILE].decode()
    page = rendered(written)
    for check in (check_months, check_venues_and_code, check_tags, check_links):
        check(made.site, page)
    for check_page in (check_charts, check_headers, check_colours):
        check_page(page)
    check_markdown(written, page)


def has(page: html.HtmlElement, caption: str) -> bool:
    return bool(page.xpath(f"//table[contains(caption, '{caption}')]"))


@pytest.mark.real
def test_the_page_of_the_real_catalog_adds_up_and_can_be_read(real: Made) -> None:
    check_page_of_trends(real)


def test_so_does_a_page_on_which_everything_is_drawn(rich: Site) -> None:
    page = shown(rich)
    assert all(has(page, caption) for caption in ("by month", "with a tag", "by venue", "link to code"))
    assert len(page.xpath("//svg[@role='img']")) > 10
    check_page_of_trends(Made(rich, {ON_FILE: source(rich).encode()}))


# ---- whatever there is to draw ---------------------------------------------------------------------------------------


def check_months(site: Site, page: html.HtmlElement) -> None:
    months = {month for paper in site.papers if (month := trends.month_of(paper))}
    assert has(page, "by month") == (len(months) >= trends.FEWEST_MONTHS)
    if not has(page, "by month"):
        return
    rows = {title: [int(cell) for cell in cells] for title, cells in table(page, "by month").items()}
    whole = rows.pop("All")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == whole
    total, *categories = whole
    assert total == sum(categories) == len(site.papers)
    heads = [words(head) for head in page.xpath("//table[contains(caption, 'by month')]/thead//th")][2:]
    firsts = Counter(paper.categories[0] for paper in site.papers)
    counted = sorted((plainly(category.title), firsts[category.id]) for category in site.catalog.categories)
    assert sorted(zip(heads, categories, strict=True)) == counted


def plainly(title: str) -> str:
    return " ".join(title.split())


def check_venues_and_code(site: Site, page: html.HtmlElement) -> None:
    several = Counter(paper.venue.name for paper in site.papers if paper.venue)
    assert has(page, "by venue") == (max(several.values(), default=0) >= trends.FEWEST_AT_VENUE)
    if has(page, "by venue"):
        venues = [int(words(count)) for count in page.xpath("//table[caption='Papers by venue']/tbody/tr/td[last()]")]
        assert sum(venues[:-1]) == venues[-1] == len(site.papers)
    assert has(page, "link to code") == bool(site.papers)
    if site.papers:
        code = [[int(cell) for cell in cells[:2]] for cells in table(page, "link to code").values()]
        assert [sum(column) for column in zip(*code[:-1], strict=True)] == code[-1]
        assert code[-1] == [len(site.papers), sum(paper.links.code is not None for paper in site.papers)]


def check_tags(site: Site, page: html.HtmlElement) -> None:
    months = {paper.id: month for paper in site.papers if (month := trends.month_of(paper))}
    ages = {paper: max(months.values()).since(month) // 12 for paper, month in months.items()}
    windows = Counter(ages.values())
    is_told = min(windows[0], windows[1]) >= trends.FEWEST_IN_WINDOW
    rows = table(page, "with a tag") if has(page, "with a tag") else {}
    for tag in site.tags_in_use:
        of_tag = Counter(ages[paper.id] for paper in site.tagged[tag.id] if paper.id in ages)
        title = plainly(tag.title)
        assert (title in rows) == (is_told and max(of_tag[0], of_tag[1]) >= trends.FEWEST_WITH_TAG), title
        if title in rows:
            before, _, now, *_ = rows[title]
            assert (int(before), int(now)) == (of_tag[1], of_tag[0])


def check_charts(page: html.HtmlElement) -> None:
    """Every chart has a name, and its section a heading and a table."""
    ids = [str(found) for found in page.xpath("//@id")]
    assert len(ids) == len(set(ids))
    for chart in page.xpath("//svg[@role='img']"):
        [title] = chart.xpath(f".//title[@id='{chart.get('aria-labelledby')}']")
        assert words(title)
        [section] = chart.xpath("ancestor::section[1]")
        assert section.xpath(f".//h2[@id='{section.get('aria-labelledby')}']")
        assert section.xpath(".//details/summary/following::table[1]/caption")
    unnamed = page.xpath("//svg[not(@role='img') and not(ancestor-or-self::*[@aria-hidden='true'])]")
    assert unnamed == []


def check_headers(page: html.HtmlElement) -> None:
    """Headers of tables say what they head, and wide tables can be scrolled by keys."""
    assert page.xpath("//th[not(@scope)]") == []
    scrolled = page.xpath("//div[@role='region' and @aria-label and @tabindex='0']/table")
    assert len(page.xpath("//table")) == len(scrolled)


def check_markdown(written: str, page: html.HtmlElement) -> None:
    """Markdown leaves the charts as they are."""
    for element in ("svg", "rect", "circle", "table", "tr", "section", "details"):
        assert len(page.xpath(f"//{element}")) == len(re.findall(rf"<{element}\b", written)), element
    assert page.xpath("//svg//p | //ul[@class='rows']/p | //section/p[not(node())]") == []


def check_colours(page: html.HtmlElement) -> None:
    assert page.xpath("//@style | //@fill | //@stroke | //@color") == []


def check_links(site: Site, page: html.HtmlElement) -> None:
    """Every name leads to a page."""
    places = {urls.relative(urls.TRENDS, urls.category(category)) for category in site.category}
    places |= {urls.relative(urls.TRENDS, urls.tag(tag)) for paper in site.papers for tag in paper.tags}
    places |= {urls.relative(urls.TRENDS, urls.venue(paper.venue.name)) for paper in site.papers if paper.venue}
    places |= {urls.relative(urls.TRENDS, urls.year(year)) for paper in site.papers if (year := year_of(paper))}
    places.add(urls.relative(urls.TRENDS, urls.PAPERS))
    assert {str(link) for link in page.xpath("//section//a/@href")} <= places


def test_colours_come_from_the_style_sheet_alone() -> None:
    styles = (REPOSITORY / "theme/overrides" / page_of_trends.STYLES).read_text("utf-8")
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", styles)


def test_the_page_is_the_same_each_time(make_digest: MakeDigest, rich: Site) -> None:
    again = examine(make_digest({}), TODAY.replace(year=TODAY.year + 1)).site
    assert again is not None
    assert len(again.papers) == len(RICH)
    assert source(rich) == source(again)


# ---- what strangers send, and what is missing ------------------------------------------------------------------------


def test_hostile_titles_stay_text(make_digest: MakeDigest) -> None:
    files = {
        "content/categories.yaml": yaml.safe_dump(
            [{"id": "vision", "title": HOSTILE, "family": "images", "description": "Pictures."}]
        ),
        "content/tags.yaml": yaml.safe_dump([{"id": "mri", "title": f"Tag {HOSTILE}", "kind": "modality"}]),
    } | venue_list([f"Venue {HOSTILE}"])
    site = site_with(make_digest, years_with_tag(2, 30) + at_venues({f"Venue {HOSTILE}": 3}), files)
    assert "<script" not in source(site), "a browser would run it even in the title of a chart"
    page = shown(site)
    assert page.xpath("//script | //strong | //em | //math | //a[starts-with(@href, 'javascript')]") == []
    months, tags, venues, _ = headings(page)
    assert HOSTILE in months
    assert f"“Tag {HOSTILE}” rose most" in tags
    assert venues.startswith(f"Venue {HOSTILE} leads")
    assert any(HOSTILE in words(title) for title in page.xpath("//svg/title"))
    assert any(HOSTILE in words(head) for head in page.xpath("//thead//th"))


@pytest.mark.parametrize("papers", [[], [{}], in_month(NEWEST), [{"published": 2024}, {}]])
def test_a_digest_with_hardly_anything_gets_sentences(make_digest: MakeDigest, papers: list[dict[str, object]]) -> None:
    page = shown(site_with(make_digest, papers))
    for section, sentence in {"months": "several months", "tags": "last two years", "venues": "No venue"}.items():
        [found] = page.xpath(f"//section[@aria-labelledby='F-{section}']")
        assert sentence in words(found.xpath("p[@class='quiet']")[0])
        assert found.xpath(".//svg | .//table") == []


def test_an_empty_digest_has_no_chart_and_no_table_at_all(make_digest: MakeDigest) -> None:
    page = shown(site_with(make_digest, []))
    assert page.xpath("//svg | //table") == []
    assert headings(page) == ["Papers per month", "Rising and falling tags", "Venues", "Code"]


def test_retracted_papers_are_said_to_be_counted(example_site: Site, make_digest: MakeDigest) -> None:
    assert "Retracted and withdrawn papers (1) are counted" in words(shown(example_site))
    assert "Retracted" not in words(shown(site_with(make_digest, in_month(NEWEST))))


def test_what_is_not_drawn_is_told(make_digest: MakeDigest) -> None:
    first = NEWEST.plus(1 - trends.MONTHS_SHOWN)
    papers = in_month(NEWEST) + in_month(first) + in_month(first.plus(-1), 2) + [{"published": 2025}] * 3 + [{}] * 4
    left_out = "2 published before April 2022, 3 of a known year but no known month and 4 without a date"
    assert f"Not drawn, of 11 papers: {left_out}." in words(shown(site_with(make_digest, papers)))


# ---- headings --------------------------------------------------------------------------------------------------------

OLD = in_month(NEWEST.plus(-23)) + in_month(NEWEST.plus(-23), categories=["language"])


@pytest.mark.parametrize(
    ("papers", "heading"),
    [
        (OLD + in_month(NEWEST, 5), "Vision grew most: 5 papers in the 12 months to March 2025, 1 in the 12 before"),
        (
            OLD + in_month(NEWEST, 3) + in_month(NEWEST, 3, categories=["language"]),
            "Language and Vision grew most: by 2 papers each in the 12 months to March 2025",
        ),
        (OLD + in_month(NEWEST.plus(-20), 2) + in_month(NEWEST), "Most papers are in Vision: 4 of 5"),
        (
            in_month(NEWEST, 2) + in_month(NEWEST.plus(-1), 2, categories=["language"]),
            "Most papers are in Language and Vision: 2 each of 4",
        ),
    ],
)
def test_the_heading_of_months_tells_what_grew_or_else_what_leads(
    make_digest: MakeDigest, papers: list[dict[str, object]], heading: str
) -> None:
    assert headings(shown(site_with(make_digest, papers)))[0] == heading


@pytest.mark.parametrize(
    ("older", "newer", "heading"),
    [
        (2, 20, "“MRI” rose most, from 5% to 50% of papers"),
        (20, 2, "“MRI” fell most, from 50% to 5% of papers"),
        (8, 10, "No tag’s share changed by more than chance may bring"),
    ],
)
def test_the_heading_of_tags_tells_only_clear_changes(
    make_digest: MakeDigest, older: int, newer: int, heading: str
) -> None:
    page = shown(site_with(make_digest, years_with_tag(older, newer)))
    assert headings(page)[1] == heading
    assert bool(page.xpath("//section[@aria-labelledby='F-tags']//svg")) == ("most" in heading)
    assert table(page, "with a tag")["MRI"][::2] == [
        str(older),
        str(newer),
        f"{round((newer - older) / 0.4):+d}".replace("-", "−"),
    ]


@pytest.mark.parametrize(
    ("counts", "heading"),
    [
        ({"A": 3, "B": 2}, "A leads: 3 papers of the 5 with a venue"),
        ({"A": 2, "B": 2}, "A and B lead: 2 papers each of the 4 with a venue"),
        (dict.fromkeys("ABCD", 2), "4 venues share the lead: 2 papers each of the 8 with a venue"),
    ],
)
def test_the_heading_of_venues_names_all_that_are_level(
    make_digest: MakeDigest, counts: dict[str, int], heading: str
) -> None:
    assert headings(shown(site_with(make_digest, at_venues(counts), venue_list(list(counts)))))[2] == heading


@pytest.mark.parametrize(
    ("before", "now", "heading"),
    [
        (5, 8, "Code is linked for 40% of the papers of 2024, up from 25% in 2023"),
        (8, 5, "Code is linked for 25% of the papers of 2024, down from 40% in 2023"),
        (5, 5, "Code is linked for 25% of the papers of 2024, as of those of 2023"),
    ],
)
def test_the_heading_of_code_compares_the_latest_years(
    make_digest: MakeDigest, before: int, now: int, heading: str
) -> None:
    linked = {"links": {"code": "https://code.example/"}}
    papers = [
        {"published": year, **(linked if number < count else {})}
        for year, count in ((2023, before), (2024, now))
        for number in range(20)
    ]
    assert headings(shown(site_with(make_digest, papers)))[3] == heading


def test_shares_are_rounded_and_a_half_is_rounded_up(make_digest: MakeDigest) -> None:
    linked = {"published": 2024, "links": {"code": "https://code.example/"}}
    rows = [linked] * 2 + [{"published": 2024}] * 14 + [{**linked, "published": 2023}] + [{"published": 2023}] * 2
    told = table(shown(site_with(make_digest, rows)), "link to code")
    assert (told["2024"], told["2023"]) == (["16", "2", "13%"], ["3", "1", "33%"])


def test_what_a_heading_tells_is_marked_in_its_chart(make_digest: MakeDigest) -> None:
    tagged = in_month(NEWEST.plus(-12), 20) + in_month(NEWEST, 20, tags=["rlhf", "mri"], venue={"name": "ICLR"})
    page = shown(site_with(make_digest, tagged))
    assert headings(page)[1] == "“MRI” and “RLHF” rose most, by 100 points each"
    told = page.xpath("//section[@aria-labelledby='F-tags']//li[contains(@class, 'row--told')]/a")
    assert [words(name) for name in told] == ["MRI", "RLHF"]
    assert len(page.xpath("//section[@aria-labelledby='F-venues']//svg[contains(@class, 'chart--told')]")) == 1


def test_a_few_papers_are_counted_and_their_share_is_not_told(make_digest: MakeDigest) -> None:
    assert headings(shown(site_with(make_digest, [{"published": 2024}])))[3] == "Code is linked for 0 of 1 paper"
