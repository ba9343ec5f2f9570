"""Titles and abstracts: plain text with `$math$` and URLs in; HTML, Markdown, plain text or LaTeX out.

This is the one place that escapes. What comes from a catalog is never trusted: `html` gives Markup in which every
letter of the source is text, a link to a web address, or MathML from an allowlist.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from markupsafe import Markup, escape

from paper_digest.urls import web_address
from paper_digest.words.mathml import converted
from paper_digest.words.signs import cleaned, may_stand_in_a_line

MAX_MATH = 400
LONGEST_FOR_GITHUB = 1_000
LONGEST_IN_UNICODE = 2 * MAX_MATH

_URL = re.compile(r"https?://[^\s<>\"`{}|\\^]+")
_MATH = re.compile(r"(?<![\\$])\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\$)")
_SURELY_TEX = re.compile(r"\\[A-Za-z]|^[A-Za-z]$|^[A-Za-z(|][^\s]*[\^_]|^[A-Za-z]?\([^()]*\)$")
_PERHAPS_TEX = re.compile(r"[\\^_{}=<>~]|^[0-9]+(?:\.[0-9]+)?$|^[-+\w]+[-+*/][-+\w]+$")
_MARKDOWN_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$^=+!:&@\"']")


class Kind(Enum):
    """What a part of a text is."""

    WORDS = auto()
    MATH = auto()
    URL = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, with its place in the whole. For math, `text` is the TeX without its dollars."""

    kind: Kind
    text: str
    start: int
    end: int


def parse(text: str) -> list[Span]:
    """Split a text into words, math and URLs.

    Dollars hold math only around something TeX-like, so that "costs $5 and $6" stays words.
    """
    spans: list[Span] = []
    at = 0
    for found in sorted([*_urls(text), *_math(text)], key=lambda span: span.start):
        if found.start < at:
            continue
        if found.start > at:
            spans.append(Span(Kind.WORDS, text[at : found.start], at, found.start))
        spans.append(found)
        at = found.end
    if at < len(text):
        spans.append(Span(Kind.WORDS, text[at:], at, len(text)))
    return spans


def _urls(text: str) -> Iterator[Span]:
    for found in _URL.finditer(text):
        url = without_punctuation(found.group())
        try:
            yield Span(Kind.URL, web_address(url), found.start(), found.start() + len(url))
        except ValueError:
            continue  # it only looks like one: it stays words


def _math(text: str) -> Iterator[Span]:
    at = 0
    while found := _MATH.search(text, at):
        body = found.group(1)
        around = text[max(0, found.start() - 1) : found.start()] + text[found.end() : found.end() + 1]
        if len(body) <= MAX_MATH and _is_tex(body, around):
            yield Span(Kind.MATH, body, found.start(), found.end())
            at = found.end()
        else:
            at = found.end() - 1


def _is_tex(body: str, around: str) -> bool:
    """Whether what stands between two dollars is math; beside letters, as in `US$5` or `$k$NN`, only what surely is."""
    if _SURELY_TEX.search(body):
        return True
    return bool(_PERHAPS_TEX.search(body)) and not re.search(r"\w", around)


def without_punctuation(url: str) -> str:
    """A URL without the punctuation of the sentence around it; a bracket it opened itself stays."""
    unopened = url.count(")") - url.count("(")
    end = len(url)
    while end:
        last = url[end - 1]
        if last == ")" and unopened > 0:
            unopened -= 1
        elif last not in ".,;:!?'*" and not (last == "]" and "[" not in url):
            break
        end -= 1
    return url[:end]


# ---- out -------------------------------------------------------------------------------------------------------------


def html(text: str) -> Markup:
    """HTML for pages: math as MathML, URLs as links. A paragraph break stays a blank line; see `paragraphs`."""
    return Markup("").join(_html_span(span, mathml) for span in parse(text))


def html_unicode(text: str) -> Markup:
    """HTML for feeds and email, whose readers know no MathML: math as Unicode, URLs as links."""
    return Markup("").join(_html_span(span, lambda tex: escape(unicode_math(tex))) for span in parse(text))


def unlinked(text: str) -> Markup:
    """HTML for a text inside a link: math as MathML, URLs as words."""
    return Markup("").join(mathml(span.text) if span.kind is Kind.MATH else escape(span.text) for span in parse(text))


def _html_span(span: Span, math: Callable[[str], Markup]) -> Markup:
    if span.kind is Kind.MATH:
        return math(span.text)
    if span.kind is Kind.URL:
        return Markup('<a href="{0}" rel="nofollow">{0}</a>').format(span.text)
    return escape(span.text)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text."""
    return text.split("\n\n")


def plain(text: str) -> str:
    """Plain Unicode text: math in Unicode, one line."""
    if "$" not in text:  # as in most texts, and parsing takes its time
        return " ".join(text.split())
    parts = (unicode_math(span.text) if span.kind is Kind.MATH else span.text for span in parse(text))
    return " ".join("".join(parts).split())


def markdown(text: str) -> Markup:
    """Text for a Markdown file in which every sign that could mean something to Markdown or HTML is an entity."""
    escaped = _MARKDOWN_SIGNS.sub(lambda found: f"&#{ord(found.group())};", plain(text))
    return Markup(escaped)  # noqa: S704 - that is the escaping


# What means something to Markdown or HTML: anywhere, or at the beginning of a line.
_GITHUB_SIGNS = re.compile(r"[\\`*_\[\]<>#|~$&@]|^(?:[-+=]|[0-9](?=[0-9]*[.)]))")
# What GitHub makes a link or picture of: @name, #12, GH-12, :smile:, https://…, www.…, and the hash of a commit.
_GITHUB_REFERENCES = re.compile(
    r"[@\uff20\ufe6b]|#(?=\w)|(?<=[Gg][Hh])-(?=\d)|(?<=GHSA)-|:(?=[\w+/-])|(?<=[wW]{3})(?=\.)|[0-9a-f]{6}(?=[0-9a-f])"
)


def github(words: str, limit: int = LONGEST_FOR_GITHUB) -> Markup:
    """Words for GitHub's Markdown, in one line of at most `limit` signs, in which nothing means anything to Markdown,
    HTML or GitHub: cleaned first, then cut, and escaped last, so that no escape is cut or undone.

    GitHub finds mentions, references and emoji after a text is rendered, so that neither a backslash nor an entity
    hides them (https://github.com/github/cmark-gfm/issues/181). A space of no width within does. Dollars are looked
    for in the finished text too, but not across elements.
    """
    line = shortened(" ".join(cleaned(words).split()), limit)
    parted = _GITHUB_REFERENCES.sub(lambda found: f"{found.group()}\u200b", line)
    return Markup(_GITHUB_SIGNS.sub(_github_entity, parted).replace("\u200b", "&#8203;"))  # noqa: S704 - that is the escaping


def _github_entity(found: re.Match[str]) -> str:
    entity = f"&#{ord(found.group())};"
    return f"<span>{entity}</span>" if found.group() == "$" else entity


def code_spans(words: str) -> Markup:
    """HTML for words of our own, in which backticks mark code."""
    parts = words.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def latex(text: str) -> str:
    """LaTeX: signs and accents escaped, math as it is, URLs in words."""
    parts = (f"${span.text}$" if _is_tame_math(span) else _latex_words(span.text) for span in parse(text))
    return " ".join("".join(parts).split())


def _is_tame_math(span: Span) -> bool:
    """Whether a part is math that can be left to somebody's LaTeX: it ends no field of a bibliography, and all that it
    commands is math. Of a command that it does not know, such as `\\input`, the converter keeps the backslash."""
    if span.kind is not Kind.MATH or not _is_balanced(span.text):
        return False
    made = mathml(span.text)
    return made.startswith("<math") and not re.search(r">[^<]*\\", made)


def _is_balanced(tex: str) -> bool:
    depth = 0
    for sign in re.findall(r"[{}]", tex):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


@lru_cache(maxsize=4096)
def _latex_words(text: str) -> str:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    encoder = UnicodeToLatexEncoder(
        unknown_char_policy="keep", unknown_char_warning=False, replacement_latex_protection="braces-after-macro"
    )
    # BibTeX counts escaped braces too, so they get names instead.
    named = {"\\{": "\\textbraceleft{}", "\\}": "\\textbraceright{}"}
    return re.sub(r"\\[{}]", lambda found: named[found.group()], str(encoder.unicode_to_latex(text)))


# ---- math ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def mathml(tex: str) -> Markup:
    """MathML for a piece of TeX; its source, as text, when it cannot be converted into harmless MathML."""
    made = converted(tex)
    return escape(f"${tex}$") if made is None else made


@lru_cache(maxsize=4096)
def unicode_math(tex: str) -> str:
    """Math as readable Unicode text; its source when it cannot be converted."""
    try:
        from pylatexenc.latex2text import LatexNodes2Text

        made = LatexNodes2Text(math_mode="text", fill_text=False).latex_to_text(f"${tex}$")
        words = _with_scripts(" ".join(str(made).split()))
    except Exception:  # the converter raises whatever its parser meets
        return tex
    return words if words and len(words) <= LONGEST_IN_UNICODE and may_stand_in_a_line(words) else tex


_SUPERSCRIPTS = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")


# A number or `n`, perhaps with a sign, in a sum or in brackets: a bracket that was opened before is not its own.
_SCRIPT = r"[+-]?[0-9{n}]+(?:[+=-][0-9{n}]+)*"
_RAISED = re.compile(rf"\^({_SCRIPT.format(n='n')}|\({_SCRIPT.format(n='n')}\))")
_LOWERED = re.compile(rf"_({_SCRIPT.format(n='')}|\({_SCRIPT.format(n='')}\))")


def _with_scripts(text: str) -> str:
    text = _RAISED.sub(lambda found: found.group(1).translate(_SUPERSCRIPTS), text)
    return _LOWERED.sub(lambda found: found.group(1).translate(_SUBSCRIPTS), text)


_LEVEL = {"TM": "™", "SM": "℠", "R": "®"}
"""What is raised, and has a sign of its own; other marks, and the endings of 2nd and 4th, are as good on the line."""
_ON_THE_LINE = re.compile(r"(?:st|nd|rd|th|[^\w\s]+)", re.IGNORECASE)


def script(words: str, *, raised: bool) -> str:
    """A raised or lowered piece of a text: in Unicode's own signs if it has them, and never as if it were not so."""
    words = words.strip()
    signs = _SUPERSCRIPTS if raised else _SUBSCRIPTS
    if words and all(ord(sign) in signs for sign in words):
        return words.translate(signs)
    if raised and (words in _LEVEL or _ON_THE_LINE.fullmatch(words)):
        return _LEVEL.get(words, words)
    is_short = re.fullmatch(r"\w[\w.,+−-]{0,11}", words)
    return f"{'^' if raised else '_'}{words}" if is_short else words


# ---- comparing and naming --------------------------------------------------------------------------------------------


def comparable(text: str) -> str:
    """A title's letters and digits in lower case, without accents: what makes two spellings of it the same.

    Marks that are no accents, such as the vowels of Indic scripts, stay.
    """
    if text.isascii():
        return re.sub("[^A-Za-z0-9]", "", text).lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isalnum() or _is_vowel_sign(letter)).casefold()


def _is_vowel_sign(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Mc"} and not unicodedata.name(letter, "").startswith("COMBINING")


def ascii_words(text: str) -> list[str]:
    """The words of a text in lower-case ASCII letters and digits, accents dropped; Greek letters by their names."""
    spelled = text if text.isascii() else "".join(_greek_name(letter) or letter for letter in text)
    decomposed = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode("ascii")
    return re.findall(r"[a-z0-9]+", decomposed.lower().replace("'", ""))


def _greek_name(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    found = re.fullmatch(r"(?:GREEK (?:SMALL|CAPITAL) LETTER|MICRO) (\w+)", name)
    return {"SIGN": "mu"}.get(found.group(1), found.group(1).lower()) if found else None


def numbers(text: str) -> set[str]:
    """The numbers of a text as they are written, in digits: `43.8`, `10,000`."""
    return set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", text))


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters, cut at a word's end and closed by an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0] if " " in text[: limit - 1] else text[: limit - 1]
    return cut.rstrip(" ,;:.–-") + "…"
