"""The page of trends: every chart named and with its table, every text escaped, and words where there is no chart."""

from __future__ import annotations

import re
from collections import Counter

import markdown
import pytest
import yaml
from lxml import html

from generator import trends, urls
from generator.build import examine
from generator.pages import trends as page_of_trends
from generator.pages.desk import Desk
from generator.site import Site
from tests.conftest import REPOSITORY, TODAY, MakeDigest
from tests.test_trends import NEWEST, at_venues, in_month, site_with, venue_list, years_with_tag

HOSTILE = '<script>alert(1)</script> **bold** [link](javascript:1) {{ 7 * 7 }} & "quoted" $x^2$'


def source(site: Site) -> str:
    """The page's Markdown file."""
    [artifact] = page_of_trends.pages(Desk(site))
    assert artifact.path == f"docs/{urls.markdown_file(urls.TRENDS)}"
    return artifact.content.decode()


def shown(site: Site) -> html.HtmlElement:
    """The page as Markdown makes it."""
    _, _, body = source(site).split("---\n", 2)
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


@pytest.fixture(scope="module")
def real() -> Site:
    site = examine(REPOSITORY, TODAY).site
    assert site is not None
    return site


@pytest.fixture(scope="module")
def real_page(real: Site) -> html.HtmlElement:
    return shown(real)


# ---- the real catalog ------------------------------------------------------------------------------------------------


@pytest.mark.real
def test_the_table_of_months_adds_up_to_the_catalog(real: Site, real_page: html.HtmlElement) -> None:
    rows = {title: [int(cell) for cell in cells] for title, cells in table(real_page, "by month").items()}
    whole = rows.pop("All")
    assert [sum(column) for column in zip(*rows.values(), strict=True)] == whole
    total, *categories = whole
    assert total == sum(categories) == len(real.papers)
    heads = [words(head) for head in real_page.xpath("//table[contains(caption, 'by month')]/thead//th")][2:]
    firsts = Counter(real.category[paper.categories[0]].title for paper in real.papers)
    assert dict(zip(heads, categories, strict=True)) == {title: firsts[title] for title in heads}
    assert set(heads) == {category.title for category in real.catalog.categories}


@pytest.mark.real
def test_the_tables_of_venues_and_of_code_add_up_to_the_catalog(real: Site, real_page: html.HtmlElement) -> None:
    venues = [int(count) for _, count in table(real_page, "by venue").values()]
    assert sum(venues[:-1]) == venues[-1] == len(real.papers)
    code = [[int(cell) for cell in cells[:2]] for cells in table(real_page, "link to code").values()]
    assert [sum(column) for column in zip(*code[:-1], strict=True)] == code[-1]
    assert code[-1] == [len(real.papers), sum(paper.links.code is not None for paper in real.papers)]


@pytest.mark.real
def test_the_table_of_tags_holds_the_counts_of_the_two_years(real: Site, real_page: html.HtmlElement) -> None:
    newest = max(month for paper in real.papers if (month := trends.month_of(paper)))
    rows = table(real_page, "with a tag")
    assert rows
    for tag in real.tags_in_use:
        ages = [newest.since(month) // 12 for paper in real.tagged[tag.id] if (month := trends.month_of(paper))]
        before, _, now, *_ = rows.get(tag.title, ["", "", ""])
        assert (tag.title in rows) == (max(ages.count(0), ages.count(1)) >= trends.FEWEST_WITH_TAG)
        assert not before or (int(before), int(now)) == (ages.count(1), ages.count(0))


@pytest.mark.real
def test_every_chart_has_a_name_and_its_section_a_heading_and_a_table(real_page: html.HtmlElement) -> None:
    charts = real_page.xpath("//svg[@role='img']")
    assert charts
    ids = [str(found) for found in real_page.xpath("//@id")]
    assert len(ids) == len(set(ids))
    for chart in charts:
        [title] = chart.xpath(f".//title[@id='{chart.get('aria-labelledby')}']")
        assert words(title)
        [section] = chart.xpath("ancestor::section[1]")
        assert section.xpath(f".//h2[@id='{section.get('aria-labelledby')}']")
        assert section.xpath(".//details/summary/following::table[1]/caption")
    unnamed = real_page.xpath("//svg[not(@role='img') and not(ancestor-or-self::*[@aria-hidden='true'])]")
    assert unnamed == []


@pytest.mark.real
def test_headers_of_tables_say_what_they_head_and_wide_tables_can_be_scrolled_by_keys(
    real_page: html.HtmlElement,
) -> None:
    assert real_page.xpath("//table")
    assert real_page.xpath("//th[not(@scope)]") == []
    assert len(real_page.xpath("//table")) == len(
        real_page.xpath("//div[@role='region' and @aria-label and @tabindex='0']/table")
    )


@pytest.mark.real
def test_markdown_leaves_the_charts_as_they_are(real: Site, real_page: html.HtmlElement) -> None:
    for element in ("svg", "rect", "circle", "table", "tr", "section", "details"):
        assert len(real_page.xpath(f"//{element}")) == len(re.findall(rf"<{element}\b", source(real))), element
    assert real_page.xpath("//svg//p | //ul[@class='rows']/p | //section/p[not(node())]") == []


@pytest.mark.real
def test_colours_come_from_the_style_sheet_alone(real_page: html.HtmlElement) -> None:
    assert real_page.xpath("//@style | //@fill | //@stroke | //@color") == []
    styles = (REPOSITORY / "theme/overrides" / page_of_trends.STYLES).read_text("utf-8")
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", styles)


@pytest.mark.real
def test_every_name_leads_to_a_page(real: Site, real_page: html.HtmlElement) -> None:
    places = {urls.relative(urls.TRENDS, urls.category(category)) for category in real.category}
    places |= {urls.relative(urls.TRENDS, urls.tag(tag.id)) for tag in real.tags_in_use}
    places |= {urls.relative(urls.TRENDS, urls.venue(paper.venue.name)) for paper in real.papers if paper.venue}
    places |= {urls.relative(urls.TRENDS, urls.year(paper.published.year)) for paper in real.papers if paper.published}
    places.add(urls.relative(urls.TRENDS, urls.PAPERS))
    links = {str(link) for link in real_page.xpath("//section//a/@href")}
    assert links
    assert links <= places


@pytest.mark.real
def test_the_page_is_the_same_each_time(real: Site) -> None:
    again = examine(REPOSITORY, TODAY.replace(year=TODAY.year + 1)).site
    assert again is not None
    assert source(real) == source(again)


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
        [found] = page.xpath(f"//section[@aria-labelledby='{section}']")
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
    assert bool(page.xpath("//section[@aria-labelledby='tags']//svg")) == ("most" in heading)
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
    told = page.xpath("//section[@aria-labelledby='tags']//li[contains(@class, 'row--told')]/a")
    assert [words(name) for name in told] == ["MRI", "RLHF"]
    assert len(page.xpath("//section[@aria-labelledby='venues']//svg[contains(@class, 'chart--told')]")) == 1


def test_a_few_papers_are_counted_and_their_share_is_not_told(make_digest: MakeDigest) -> None:
    assert headings(shown(site_with(make_digest, [{"published": 2024}])))[3] == "Code is linked for 0 of 1 paper"
