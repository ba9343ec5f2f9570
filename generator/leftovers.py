"""What LaTeX, copying and mirrors leave behind in titles and abstracts: found for `check`, mended for `import`.

One table of rules serves both. Nothing inside `$math$` is touched, and inside URLs only what is wrong with URLs.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.signs import FORBIDDEN
from generator.text import Kind, parse

MIRRORS = {
    "HF中国镜像站": "Hugging Face",
    "huggingface.host": "huggingface.co",
    "hf-mirror.com": "huggingface.co",
    "xxx.itp.ac.cn": "arxiv.org",
    "cn.arxiv.org": "arxiv.org",
}
GREEK = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega".split()
_ANY_GREEK = "|".join(GREEK)

Replacement = str | Callable[["re.Match[str]"], str]


@dataclass(frozen=True)
class Rule:
    """A kind of leftover: how it looks, what to call it, what to write instead, and whether that is certain."""

    pattern: re.Pattern[str]
    what: str
    replacement: Replacement
    sure: bool = True
    in_urls: bool = False

    def mended(self, found: re.Match[str]) -> str:
        """What belongs in the place of a match."""
        return found.expand(self.replacement) if isinstance(self.replacement, str) else self.replacement(found)


@dataclass(frozen=True)
class Leftover:
    """One leftover in a text: what it is, what it says, and what belongs there."""

    what: str
    before: str
    after: str
    sure: bool

    @property
    def remedy(self) -> str:
        """What to write instead, in words."""
        return f"write `{self.after}` instead of `{self.before}`" if self.after.strip() else f"delete `{self.before}`"


def _from_latex(found: re.Match[str]) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    command = found.group()
    try:
        converted = str(LatexNodes2Text().latex_to_text(command.strip("{}")))
    except Exception:  # the converter raises whatever its parser meets
        return command
    return unicodedata.normalize("NFC", converted) or command


def _letter_of_entity(found: re.Match[str]) -> str:
    """The letter that an entity stands for, unless it is one that no text may hold."""
    return FORBIDDEN.sub("", html.unescape(found.group())).replace("\ufffd", "")


def _mirrored(found: re.Match[str]) -> str:
    return MIRRORS[found.group()]


_RULES = (
    Rule(re.compile(r"(https?://[^\s{}]{1,300})\{\1\}"), "a URL stands twice", r"\1", in_urls=True),
    Rule(re.compile("|".join(map(re.escape, MIRRORS))), "the name of a mirror", _mirrored, in_urls=True),
    Rule(re.compile(r"(?<=\d)~\\?%"), "a LaTeX percent sign", "%"),
    Rule(re.compile(r"\\([%&#$_{}])"), "a LaTeX escape", r"\1"),
    Rule(
        re.compile(r"\\[\"'`^~=.](?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|\\[uvHtcdbrk]\{\\?[A-Za-z]\}"),
        "a LaTeX accent",
        _from_latex,
    ),
    Rule(re.compile(rf"\{{\\(?:{_ANY_GREEK})\}}|\\(?:{_ANY_GREEK})\b"), "a LaTeX command", _from_latex),
    Rule(re.compile(r"\\href\{([^{}]*)\}\{([^{}]*)\}"), "a LaTeX command", r"\2 (\1)", in_urls=True),
    Rule(
        re.compile(r"\\(?:emph|textbf|textit|texttt|textsc|text|url)\{([^{}]*)\}"),
        "a LaTeX command",
        r"\1",
        in_urls=True,
    ),
    Rule(re.compile(rf"\b({_ANY_GREEK})_(\w)\b"), "math without its signs", r"$\\\1_\2$", sure=False),
    Rule(re.compile(r"``([^`]{1,300}?)''"), "LaTeX quotes", "“\\1”"),
    Rule(re.compile(r"(?<=\d)~(?=\d)"), "a tilde as a range", "–", sure=False),
    Rule(re.compile(r"(?<![\w~/])~(?=\d)"), "a tilde for “about”", "∼", sure=False),
    Rule(re.compile(r"(?<=[^\s~])~(?=[^\s~])"), "a LaTeX space", " "),
    Rule(re.compile(r"(?<=\S) --- ?(?=\S)|(?<=\w)---(?=\w)"), "a LaTeX dash", " — "),
    Rule(re.compile(r"(?<=\S) -- (?=\S)"), "a LaTeX dash", " – "),
    Rule(re.compile(r"(?<=\d) ?\+/- ?(?=\d)"), "a typewriter's plus-minus", "±", sure=False),
    Rule(re.compile(r"(?<=\w)- (?!(?:and|or|to|nor|vs)\b)(?=[A-Za-z])"), "a space after a hyphen", "-", sure=False),
    Rule(re.compile(r"(?<=\d) pm (?=\d)"), "a plus-minus sign that became letters", " ± ", sure=False),
    Rule(re.compile(r"(?<=\d)times\b"), "a times sign that became letters", "×", sure=False),
    Rule(re.compile(r"(?<=[A-Za-z])infty\b"), "an infinity sign that became letters", "∞", sure=False),
    Rule(re.compile(r"(?<=[A-Za-z]{2})\.(?=[A-Z][a-z]+,?\s)"), "no space after a sentence", ". ", sure=False),
    Rule(re.compile(r"(?<=[a-z]{3})\((?=[A-Z]\w+\))"), "no space before a bracket", " (", sure=False),
    Rule(re.compile(r"^Abstract(?:\s*[:.—–]\s*|\s*-\s+)", re.IGNORECASE), "the label of the abstract", ""),
    Rule(
        re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6});"),
        "an HTML entity",
        _letter_of_entity,
    ),
    Rule(re.compile(r"<(p|b|i|em|strong|sub|sup|span)\b[^<>]*>([^<>]*)</\1>", re.IGNORECASE), "HTML tags", r"\2"),
    Rule(re.compile(r"</?(?:p|br|b|i|em|strong|sub|sup|span|jats:\w+)\s*/?>", re.IGNORECASE), "an HTML tag", ""),
    Rule(re.compile("[\ufb00-\ufb06]"), "a ligature", lambda found: unicodedata.normalize("NFKC", found.group())),
    Rule(re.compile("\u00ad"), "a soft hyphen", ""),
    Rule(re.compile(r"(?<=\w) (?=[,;]\s)"), "a space before punctuation", ""),
    Rule(re.compile(r"(?<=\S)[^\S\n]{2,}(?=\S)"), "a doubled space", " "),
)


def find(text: str) -> Iterator[Leftover]:
    """Every leftover in a text, rule by rule. What an earlier rule takes whole is not told in parts."""
    taken = bytearray(len(text))
    for rule in _RULES:
        for found in _matches(rule, text):
            start, end = found.span()
            if 1 not in taken[start:end]:
                taken[start:end] = b"\1" * (end - start)
                yield _leftover(rule, found)


def mend(text: str) -> tuple[str, list[Leftover]]:
    """The text without its leftovers, and what was done; what was not certain is marked so."""
    mended: list[Leftover] = []
    for rule in _RULES:
        for found in reversed(_matches(rule, text)):
            mended.append(_leftover(rule, found))
            text = text[: found.start()] + rule.mended(found) + text[found.end() :]
    return unicodedata.normalize("NFC", text.strip()), mended


def _matches(rule: Rule, text: str) -> list[re.Match[str]]:
    matches = list(rule.pattern.finditer(text))
    if not matches:  # as with nearly every rule and text; parsing is what takes time
        return []
    spared = {Kind.MATH} if rule.in_urls else {Kind.MATH, Kind.URL}
    islands = [span for span in parse(text) if span.kind in spared]
    ends = [span.end for span in islands]

    def is_spared(found: re.Match[str]) -> bool:
        nearest = bisect_right(ends, found.start())
        return nearest < len(islands) and islands[nearest].start < max(found.end(), found.start() + 1)

    return [found for found in matches if not is_spared(found)]


def _leftover(rule: Rule, found: re.Match[str]) -> Leftover:
    """A match with the letters around it, so that a single sign can be found again."""
    before = re.search(r"\S*$", found.string[max(0, found.start() - 12) : found.start()])
    after = re.match(r"\S*", found.string[found.end() : found.end() + 12])
    assert before is not None
    assert after is not None
    shown, mended = (f"{before.group()}{middle[:80]}{after.group()}" for middle in (found.group(), rule.mended(found)))
    return Leftover(rule.what, shown, mended, rule.sure)
