"""The twins and llms.txt: Markdown that reads well as it stands, and holds nothing live when it is rendered."""

from __future__ import annotations

import markdown as renderer
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from paper_digest.outputs.exports import markdown

EXTENSIONS = ["attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "tables", "abbr", "admonition"]
# What our own Markdown makes.
OWN = {"h1", "h2", "p", "ul", "li", "a", "strong", "blockquote", "code"}


def rendered(source: str) -> html.HtmlElement:
    return html.fromstring(f"<main>{renderer.markdown(source, extensions=EXTENSIONS)}</main>")


def check_is_harmless(source: str, allowed: set[str]) -> None:
    """Nothing but these elements, with no attribute but the address of a link."""
    for element in rendered(source).iterdescendants():
        assert element.tag in allowed, source
        assert set(element.attrib) <= ({"href"} if element.tag == "a" else set()), source
        assert element.get("href", "https:").startswith("https:"), source


def twin(outputs: dict[str, bytes], paper: str) -> str:
    return outputs[f"docs/papers/{paper}.txt"].decode()


def test_a_twin_says_what_the_page_does(example_outputs: dict[str, bytes]) -> None:
    assert twin(example_outputs, "plain").splitlines() == [
        "# A plain paper: nothing to see",
        "",
        "By Ada Lovelace, Renée Müller-Ångström, Plato",
        "",
        "22 November 2026: Now in ICXX 2025. <https://icxx.example/>",
        "",
        "- Page: <https://digest.example/sub/papers/plain/>",
        "- Published: 7 Oct 2024",
        "- Venue: ICXX 2025",
        "- arXiv: <https://arxiv.org/abs/2410.00010>",
        "- DOI: <https://doi.org/10.1000/plain_1>",
        "- PDF: <https://arxiv.org/pdf/2410.00010>",
        "- Code: <https://code.example/plain>",
        "- Data: <https://data.example/set>",
        "- Categories: [Vision & more &lt;b>](https://digest.example/sub/categories/vision/), "
        "[Language](https://digest.example/sub/categories/language/)",
        "- Tags: [MRI](https://digest.example/sub/tags/mri/), [RLHF](https://digest.example/sub/tags/rlhf/)",
        "- Added: 20 November 2026",
        "",
        "## Summary",
        "",
        "A plain paper does a plain thing and reports a gain of 12%.",
        "",
        "## Abstract",
        "",
        "A plain abstract of two sentences. The code is at <https://code.example/plain> (see there). And a second "
        "paragraph.",
        "",
        "## Citation",
        "",
        "Ada Lovelace, Renée Müller-Ångström, Plato. A plain paper: nothing to see. International Conference on "
        "Examples. 2025. arXiv:2410.00010. doi:10.1000/plain\\_1.",
    ]


def test_math_stays_as_it_was_written_and_prices_are_no_math(example_outputs: dict[str, bytes]) -> None:
    source = twin(example_outputs, "math")
    assert source.startswith("# Bounds of $O(n \\log n)$ for $\\alpha$-trees, at \\$5 and \\$6\n")
    assert "$\\sum_{i=1}^{n} x_i^2 \\le \\epsilon$ and" in source
    assert "## Summary, by a machine\n" in source


def test_a_retraction_stands_before_everything_but_title_and_authors(example_outputs: dict[str, bytes]) -> None:
    paragraphs = twin(example_outputs, "retracted").split("\n\n")
    assert paragraphs[2:4] == [
        "**Retracted.**",
        "22 November 2026: Retracted by the editors. <https://journal.example/notice>",
    ]


def test_a_former_id_has_the_twin_too(example_outputs: dict[str, bytes]) -> None:
    assert twin(example_outputs, "plain-old") == twin(example_outputs, "plain")


def test_every_paper_has_a_twin_that_is_harmless_and_has_the_same_parts(example_outputs: dict[str, bytes]) -> None:
    twins = [path for path in example_outputs if path.startswith("docs/papers/") and path.endswith(".txt")]
    assert len(twins) == 9
    for path in twins:
        source = example_outputs[path].decode()
        check_is_harmless(source, OWN | {"em"})
        headings = [each.text_content() for each in rendered(source).xpath("//h1 | //h2")]
        assert len(headings) == 1 + source.count("\n## ")


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("Plain words, with (brackets) and 50% more!", "Plain words, with (brackets) and 50% more!"),
        ("# no heading", "\\# no heading"),
        ("1. no item", "1\\. no item"),
        ("2024) no item", "2024\\) no item"),
        ("- no item", "\\- no item"),
        ("> no quote", "\\> no quote"),
        ("<b>bold</b> &lt; AT&T & co", "&lt;b>bold&lt;/b> &amp;lt; AT&amp;T & co"),
        ("[x](javascript:1) ![y](z)", "\\[x\\](javascript:1) !\\[y\\](z)"),
        ("snake_case *x* `y` ~z~ {a}", "snake\\_case \\*x\\* \\`y\\` \\~z\\~ \\{a\\}"),
        ("two\nlines", "two lines"),
        ("$a < b$ and $a<b$", "$a < b$ and $a< b$"),
        ("$\\alpha[x](javascript:1)$", "$\\alpha[x] (javascript:1)$"),
        ("$\\href{javascript:1}{x}$", "\\$\\\\href\\{javascript:1\\}\\{x\\}\\$"),
        ("see https://x.example/a_b.", "see <https://x.example/a_b>."),
        ("https://x.example/[a](javascript:1)", "<https://x.example/[a%5D(javascript:1)>"),
    ],
)
def test_only_what_could_mean_something_is_escaped(source: str, written: str) -> None:
    assert markdown.rich(source) == written


SIGNS = st.text("#>-+=*_`~[](){}<>!&;:|$\\/\"'. \n1axonclick=https", max_size=40)
PIECES = st.lists(
    st.sampled_from(
        ["<script>", "[x](javascript:1)", "$\\alpha", "$", "{onclick=alert(1)}", "{: style=x}", "*x*", "_x_", "`",
         "https://x.example/", "![y](https://x.example/)", "<!--", "&lt;", "\n\n", "    ", "```", "~~~", "|a|\n|-|",
         "[^1]: ", "*[x]: ", "!!! note", "](", "<https://", " ", "x", "1."]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(SIGNS | PIECES)
def test_words_are_words_and_nothing_else(source: str) -> None:
    check_is_harmless(markdown.words(source), {"p"})
    check_is_harmless(f"# {markdown.words(source)}", {"h1"})


@given(SIGNS | PIECES)
def test_rich_text_holds_nothing_but_links(source: str) -> None:
    # What is within math may look like emphasis or code to a renderer that knows no math.
    check_is_harmless(markdown.rich(source), {"p", "a", "em", "strong", "code"})


def test_llms_txt_has_the_form_that_its_readers_expect(example_outputs: dict[str, bytes]) -> None:
    source = example_outputs["docs/llms.txt"].decode()
    check_is_harmless(source, OWN)
    assert source.startswith("# Test Digest\n\n> A made-up digest that shows every feature.\n\n")
    headings = [line for line in source.splitlines() if line.startswith("#")]
    assert headings == ["# Test Digest", "## Data", "## Categories", "## Latest issues"]
    items = [line for line in source.splitlines() if line.startswith("- ")]
    assert all(line.startswith("- [") for line in items)
    assert "- [No. 1: The first one](https://digest.example/sub/issues/2026-11-21/): 21 November 2026. " in source


def test_whatever_llms_txt_names_is_there(example_outputs: dict[str, bytes]) -> None:
    links = rendered(example_outputs["docs/llms.txt"].decode()).xpath("//a/@href")
    files = {link.removeprefix("https://digest.example/sub/") for link in links if not link.endswith("/")}
    assert {"catalog.json", "schemas/catalog.schema.json", "catalog.bib", "categories/vision/papers.ris"} <= files
    assert {f"docs/{name}" for name in files} <= set(example_outputs)


def test_robots_are_welcome_and_told_of_the_sitemap(example_outputs: dict[str, bytes]) -> None:
    assert example_outputs["docs/robots.txt"].decode() == (
        "User-agent: *\nAllow: /\n\nSitemap: https://digest.example/sub/sitemap.xml\n"
    )
