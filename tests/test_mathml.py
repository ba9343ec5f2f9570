"""Math from strangers: what of it may stand in a page, and how much room it may take."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from playwright.sync_api import Browser

from paper_digest.building.build import build
from paper_digest.words import mathml, signs, text
from tests.conftest import REPOSITORY, TODAY, MakeDigest
from tests.web import Watched, served

MKDOCS = REPOSITORY / "tests/data/digest/mkdocs.yml"
FORBIDDEN_SIGNS = [0x01, 0x7F, 0x80, 0x9F, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0xFDD0, 0xFFFE, 0x1FFFF, 0x10FFFE]
FORBIDDEN_SIGNS += [0x0A, 0x0D, 0x85, 0x2028, 0x2029, 0xD800]
WAYS_IN = [
    "\\unicode{{x{0:x}}}", "\\unicode{{{0:x}}}", "\\text{{&#x{0:x};a}}", "\\text{{&#{0};}}", "\\mbox{{&#x{0:X};}}",
    "\\operatorname{{&#x{0:x};}}", "\\mathrm{{&#x{0:x};}}", "x^{{&#x{0:x};}}", "\\tag{{&#x{0:x};}}", "&#x{0:x};",
]  # fmt: skip
LONG = [
    "\\hspace{99999em}x", "\\hspace{-99999em}x", "\\hskip 500em x", "\\mspace{9999mu}x", "\\kern 500em x", "\\Huge x",
    "\\mkern 5000mu x", "\\rule{500em}{500em}", "\\rule{1em}{500em}", "\\skew{500}\\hat x", "\\moveleft 500em x",
    "\\moveright 500em x", "\\raise 500em {x}", "\\lower 500em {x}", "\\hspace{99999ex}", "\\hspace{9999in}",
    "\\hspace{999999999em}x", "\\hspace{99999}x", "\\hspace{99999%}x", "\\hspace{99vw}x",
    "\\hspace{4em}" * 20, "\\qquad" * 50, "\\hspace{-1em}" * 20, "\\begin{matrix}" + "a\\\\" * 100 + "b\\end{matrix}",
    "x" + "^{x" * 90 + "}" * 90, "\\sqrt{" * 50 + "x" + "}" * 50, "\\frac{a}{" * 35 + "x" + "}" * 35,
]  # fmt: skip
# Ten million signs, if it is allowed to.
DOUBLING = "\\def\\a{xxxxxxxxxx}" + "".join(
    "\\def\\" + name + "{" + ("{\\" + before + "}") * 10 + "}" for before, name in zip("abcdef", "bcdefg", strict=True)
) + "\\g"  # fmt: skip
PIECES = [
    *"abx12{}^_&'~+=<>[]()|", " ", "{a}", "\\\\", "\\frac", "\\sqrt", "\\text", "\\unicode", "{x202e}", "{&#x202e;}",
    "&#x80;", "&amp;#x2066;", "\\hspace", "\\mspace", "\\kern", "\\rule", "\\raise", "\\lower", "\\moveleft", "\\skew",
    "{99999em}", "{-9em}", "500em ", "9mu ", "\\left(", "\\right)", "\\begin{matrix}", "\\end{matrix}",
    "\\begin{array}", "\\end{array}",
    "{c|c}", "\\hline", "\\phantom", "\\smash", "\\llap", "\\overset", "\\underbrace", "\\xrightarrow",
    "\\color{red}", "\\href", "\\style", "\\class", "\\Bigg", "\\Huge", "\\binom", "\\cfrac", "\\genfrac", "\\tag",
    "\\operatorname", "\\mathbb", "\\boxed", "\\not", "\\qquad", "\\!", "<b>", "\u202e", "\x80",
]  # fmt: skip


@pytest.mark.parametrize("sign", FORBIDDEN_SIGNS)
@pytest.mark.parametrize("way", WAYS_IN)
def test_no_sign_that_may_not_stand_in_the_catalog_comes_in_by_math(way: str, sign: int) -> None:
    for made in (text.html, text.html_unicode, text.unlinked, text.plain, text.markdown, text.latex):
        assert signs.may_stand_in_a_line(str(made(f"A $x + {way.format(sign)}$ b")))


@pytest.mark.parametrize("tex", LONG)
def test_math_that_would_not_fit_into_a_page_is_shown_as_its_source(tex: str) -> None:
    assert text.mathml(tex) == escape(f"${tex}$")


@pytest.mark.parametrize(
    "tex",
    [
        "\\def\\a{xx}\\def\\b{{\\a}{\\a}}\\b", "\\newcommand{\\a}{x}\\a", "\\newenvironment{a}{b}{c}x",
        "\\DeclareMathOperator{\\a}{a}\\a", "\\let\\a=b\\a", DOUBLING,
    ],
)  # fmt: skip
def test_math_that_defines_something_is_shown_as_its_source(tex: str) -> None:
    assert text.mathml(tex) == escape(f"${tex}$")


@pytest.mark.parametrize(
    "tex",
    [
        "x^2", "\\frac{a}{b}", "\\sum_{i=1}^n x_i",
        "a \\quad b \\qquad c", "a\\,b\\;c\\!d", "\\Bigg( \\binom{n}{k} \\Bigg)",
        "\\begin{pmatrix}1 & 0\\\\0 & 1\\end{pmatrix}", "\\xrightarrow{abc}", "\\LaTeX", "\\not=", "\\hspace{1em}x",
        "\\unicode{x263a}", "\\operatorname{softmax}(QK^\\top/\\sqrt{d_k})V", "\\phantom{x}",
        "e^{-\\frac{(x-\\mu)^2}{2\\sigma^2}}",
        "\\mathbb{E}_{x\\sim p}\\left[\\log\\frac{p(x)}{q(x)}\\right]", "\\smash{x}\\llap{y}",
    ],
)  # fmt: skip
def test_math_as_papers_have_it_is_mathml(tex: str) -> None:
    assert text.mathml(tex).startswith("<math")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_math_comes_out_holds_to_signs_sizes_and_numbers(tex: str) -> None:
    made = str(text.mathml(tex))
    assert not made.startswith("<math") or "\u202e" not in tex
    assert signs.may_stand_in_a_line(made.replace(str(escape(tex)), ""))
    if not made.startswith("<math"):
        return
    elements = list(ElementTree.fromstring(made).iter())
    assert {element.tag for element in elements} <= mathml.ELEMENTS
    # Beside what was judged stand the thin spaces that are set around words.
    assert len(elements) <= 3 * mathml.MOST_ELEMENTS
    lengths = [
        float(number)
        for element in elements
        for name, value in element.attrib.items()
        if name != "alttext"
        for number in re.findall(r"-?[0-9.]+", value)
    ]
    assert all(-16 <= length <= 40 for length in lengths)


@pytest.mark.parametrize(("tex", "spaces"), [("n \\ln n", 2), ("n \\log n", 2), ("n l n", 0), ("n 12 n", 0)])
def test_a_function_of_letters_has_its_space(tex: str, spaces: int) -> None:
    assert text.mathml(tex).count("<mspace") == spaces


@pytest.mark.parametrize("length", ["1em", "2ex", "12pt", "1pc", "10mm", "1cm", ".5in", "18mu"])
def test_a_short_space_is_math_whatever_its_unit(length: str) -> None:
    assert text.mathml(f"a\\hspace{{{length}}}b").startswith("<math")


def test_what_stands_behind_an_element_is_not_lost() -> None:
    assert "<mtext>a<mi>b</mi>c</mtext>" in text.mathml("\\text{a<mi>b</mi>c}")


@pytest.mark.parametrize(
    "tex", ["\\input{/etc/passwd}", "\\write18{ls}", "\\catcode`\\@=11", "\\csname x\\endcsname", DOUBLING]
)
def test_a_bibliography_takes_no_command_along_that_is_not_math(tex: str) -> None:
    assert "$" not in text.latex(f"A ${tex}$ b")
    assert not re.search(r"\\(?:input|write|catcode|csname|def)", text.latex(f"A ${tex}$ b"))


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_math_in_words_is_one_short_line_too(tex: str) -> None:
    made = text.unicode_math(tex)
    assert made == tex or (signs.may_stand_in_a_line(made) and len(made) <= text.LONGEST_IN_UNICODE)


def test_a_page_of_odd_math_is_no_wider_than_its_window(make_digest: MakeDigest, chromium: Browser) -> None:
    formulas = [*LONG, "W" * 390 + "^2", "\\phantom{" + "W" * 380 + "}", "\\mathbb{W}" * 35 + "_{n}"]
    formulas += ["\\begin{matrix}" + "aaa&" * 80 + "b\\end{matrix}", "\\text{" + "\u00a0W" * 180 + "}"]
    abstract = " ".join(f"${tex}$" for tex in formulas)
    record = {"title": f"Wide ${'W' * 390}^2$", "abstract": abstract, "categories": ["language"], "summary": {}}
    record["summary"] = {"text": f"It has ${'W' * 120}^2$ in it.", "by": "human"}
    pages = {f"content/pages/{name}.md": f"# {name}\n" for name in ("about", "contribute")}
    paper = {"content/papers/wide.json": json.dumps(record)}
    root = make_digest({"mkdocs.yml": MKDOCS.read_text("utf-8"), **pages, **paper})
    (root / "theme").symlink_to(REPOSITORY / "theme")
    build(root, TODAY, print)
    with served(root / "build" / "site", "/sub/") as address:
        for path in ("", "papers/wide/", "papers/", "categories/language/"):
            page = chromium.new_page(viewport={"width": 390, "height": 844})
            page.goto(f"{address}{path}")
            assert Watched(page).overflow() == 0, path
            page.close()
