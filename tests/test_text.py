import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from paper_digest.words import mathml, text


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("plain words", ["WORDS"]),
        ("costs $5 and $6", ["WORDS"]),
        ("from $5 to $10,000", ["WORDS"]),
        ("$x^2$ is math", ["MATH", "WORDS"]),
        ("a $\\alpha$-tree", ["WORDS", "MATH", "WORDS"]),
        ("US$5 and A$6", ["WORDS"]),
        ("see https://a.example/b.", ["WORDS", "URL", "WORDS"]),
        ("(https://a.example/b_(c))", ["WORDS", "URL", "WORDS"]),
        ("3$\\times$ faster", ["WORDS", "MATH", "WORDS"]),
        ("$k$NN and $n$th", ["MATH", "WORDS", "MATH", "WORDS"]),
        ("in $O(n)$ and $p(y|x)$", ["WORDS", "MATH", "WORDS", "MATH"]),
        ("costs $5 and $x^2$", ["WORDS", "MATH"]),
        ("see https://... or https://[::1", ["WORDS"]),
    ],
)
def test_math_and_urls_are_told_from_words(source: str, kinds: list[str]) -> None:
    spans = text.parse(source)
    assert [span.kind.name for span in spans] == kinds
    assert "".join(source[span.start : span.end] for span in spans) == source


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("at https://a.example/b.", "https://a.example/b"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c), and", "https://a.example/b_(c)"),
        ("(https://a.example/b_(c)).", "https://a.example/b_(c)"),
        ("((https://a.example/b_(c)))", "https://a.example/b_(c)"),
        ('<a href="https://a.example/x">', "https://a.example/x"),
    ],
)
def test_a_url_ends_before_the_punctuation_of_its_sentence(source: str, url: str) -> None:
    assert [span.text for span in text.parse(source) if span.kind is text.Kind.URL] == [url]


def test_math_becomes_mathml_of_known_elements_only() -> None:
    made = str(text.html("$x^2 + \\frac{a}{b}$"))
    assert made.startswith("<math")
    assert set(re.findall(r"</?([a-z]+)", made)) <= {"math", "mrow", "msup", "mi", "mn", "mo", "mfrac", "mspace"}


@pytest.mark.parametrize(
    "tex",
    [
        "\\text{<script>alert(1)</script>}",
        "\\href{javascript:alert(1)}{x}",
        "a_{",
        "a_b_c",
        "\\left(",
        "\\def\\x{\\x\\x}\\x",
    ],
)
def test_math_that_cannot_be_harmless_mathml_stays_text(tex: str) -> None:
    assert text.html(f"${tex}$") == escape(f"${tex}$")


@given(st.text(max_size=300))
def test_no_text_whatever_brings_an_element_of_its_own_into_html(source: str) -> None:
    made = str(text.html(source))
    allowed = mathml.ELEMENTS | {"a"}
    assert set(re.findall(r"<\s*/?\s*([^\s>/]*)", made)) <= allowed
    without_elements = re.sub(r"<[^<>]*>", "", made)
    assert "<" not in without_elements


@given(st.text(max_size=200))
def test_no_text_whatever_means_something_to_markdown(source: str) -> None:
    import markdown

    made = markdown.markdown(f"# {text.markdown(source)}", extensions=["attr_list", "sane_lists", "tables"])
    assert set(re.findall(r"<\s*/?\s*([a-z0-9]+)", made)) <= {"h1"}


def test_math_is_readable_as_unicode() -> None:
    assert text.plain("$\\omega_0 \\le x^{2}$") == "ω₀ ≤ x²"


def test_latex_escapes_signs_and_accents_and_keeps_math() -> None:
    assert text.latex("Müller & 5% of $x_1$") == 'M\\"uller \\& 5\\% of $x_1$'


@pytest.mark.parametrize(
    ("one", "other"),
    [("SAM-Med2D", "sam med2d"), ("Naïve Bayes!", "naive bayes"), ("A — B", "a b"), ("ﬁne", "fine")],
)
def test_spellings_of_one_title_compare_equal(one: str, other: str) -> None:
    assert text.comparable(one) == text.comparable(other)


def test_greek_letters_have_names_in_ids() -> None:
    assert text.ascii_words("μ-Bench: Naïve") == ["mu", "bench", "naive"]


def test_code_stands_between_backticks_and_nowhere_else() -> None:
    assert text.code_spans("Write `a <b>` or `c`, not d.") == (
        "Write <code>a &lt;b&gt;</code> or <code>c</code>, not d."
    )


def test_a_shortened_text_ends_at_a_word() -> None:
    assert text.shortened("one two three", 9) == "one two…"
    assert text.shortened("one", 9) == "one"


def test_text_needs_none_of_the_heavy_libraries_to_be_imported() -> None:
    code = (
        "import paper_digest.words.text, sys\n"
        "print([name for name in ('latex2mathml', 'pylatexenc') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_vowel_signs_tell_titles_apart() -> None:
    assert text.comparable("कि") != text.comparable("का")


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        ("O(n^2)", "O(n²)"),
        ("10^{-3}", "10⁻³"),
        ("x^{n+1}", "xⁿ⁺¹"),
        ("(a_1)", "(a₁)"),
        ("f^{(2)}(x)", "f⁽²⁾(x)"),
        ("x_{i}^2", "x_i²"),
    ],
)
def test_a_script_in_unicode_ends_where_it_ends(tex: str, words: str) -> None:
    assert text.unicode_math(tex) == words


@pytest.mark.parametrize(
    ("words", "raised", "lowered"),
    [
        ("2", "²", "₂"),
        (" n+1 ", "ⁿ⁺¹", "_n+1"),
        ("TM", "™", "_TM"),
        ("th", "th", "_th"),
        ("max", "^max", "_max"),
        ("some words", "some words", "some words"),
        ("", "", ""),
    ],
)
def test_a_raised_or_lowered_piece_is_never_as_if_it_were_not_so(words: str, raised: str, lowered: str) -> None:
    assert (text.script(words, raised=True), text.script(words, raised=False)) == (raised, lowered)


def test_math_in_unicode_is_as_long_as_it_may_be_and_no_longer() -> None:
    long = "x" * (text.LONGEST_IN_UNICODE - 1)
    assert text.unicode_math(f"\\alpha{{}}{long}") == f"α{long}"
    assert text.unicode_math(f"\\alpha{{}}x{long}") == f"\\alpha{{}}x{long}"
