"""What LaTeX, copying and mirrors leave behind in titles and abstracts: found for `check`, mended for `import`.

One table of rules serves both. Nothing inside `$math$` is touched, and inside URLs only what is wrong with URLs.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from paper_digest.words import latex, markup, terms
from paper_digest.words.text import Kind, parse

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
    in_math: bool = False
    needs: tuple[str, ...] = ()
    """Pieces of text of which one must be there for the pattern to match: looking for them is quick."""
    in_ascii: bool = True
    """Whether a text of plain letters and signs can have it."""

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
        """What to write instead, in words; where both look the same, with the name of what is different."""
        if signs := _alike(self.before, self.after):
            return f"write `{self.after}`; what stands here has {signs}"
        return f"write `{self.after}` instead of `{self.before}`" if self.after.strip() else f"delete `{self.before}`"


_NAMED = {
    "\u00a0": "a no-break space",
    "\u202f": "a narrow no-break space",
    "\u2009": "a thin space",
    "\u3000": "an ideographic space",
    "\u00ad": "a soft hyphen",
    "\u200b": "a space of no width",
    "\ufb01": "the ligature fi",
    "\ufb02": "the ligature fl",
}


def named(sign: str) -> str:
    """A sign that cannot be told from another by looking, by its name and number."""
    name = _NAMED.get(sign) or unicodedata.name(sign, "a sign without a name").lower()
    return f"{name} (U+{ord(sign):04X})"


def _alike(before: str, after: str) -> str:
    """What one text has and the other has not, if they look alike; otherwise nothing."""
    if not after.strip() or _look(before) != _look(after):
        return ""
    signs = [sign for sign in dict.fromkeys(before) if sign not in after]
    return " and ".join(map(named, signs)) if signs else "more than one space" if "  " in before else ""


def _look(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\u200b", "").split())


class Spellings:
    """The words of a digest as it spells them, by which a hyphen at the end of a line is judged."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = texts

    @cached_property
    def _words(self) -> Collection[str]:
        """Read when the first hyphen asks for them. What stands at the end of a line is no proof of itself."""
        found: set[str] = set()
        for text in self._texts:
            found.update(_spelled(text))
        return found

    def joined(self, first: str, second: str, around: str) -> str:
        """Two parts of a word at the end of a line, with a hyphen or without one."""
        own = _spelled(around)

        def is_known(word: str) -> bool:
            return word in own or word in self._words

        one, other = first.casefold(), second.casefold()
        if is_known(one + other):
            return first + second
        are_words = (is_known(one) or terms.is_common(one)) and (is_known(other) or terms.is_common(other))
        if is_known(f"{one}-{other}") or are_words or first[-1:].isupper() or second[:1].isupper() or one.isdecimal():
            return f"{first}-{second}"
        return first + second if self._words else f"{first}-{second}"


_LINE_END = re.compile(r"([^\W_]+)- (?!(?:and|or|to|nor|vs|und|oder|y|et|of|in)\b)([^\W\d_]+)")


def _spelled(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+(?:-[^\W_]+)*", _LINE_END.sub(" ", text).casefold()))


def _from_latex(found: re.Match[str]) -> str:
    return latex.of_piece(found.group())


def _from_markup(found: re.Match[str]) -> str:
    return _in_paragraphs(markup.text(found.group()))


def _from_both(found: re.Match[str]) -> str:
    return _in_paragraphs(markup.text(latex.of_piece(found.group())))


_TAG_IN_MATH = r"\$\\(?:less|lt)\$/?\w+\$\\(?:greater|gt)\$"


def _in_paragraphs(text: str) -> str:
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", text).strip("\n")


def _mirrored(found: re.Match[str]) -> str:
    return MIRRORS[found.group()]


_ENTITIES = Rule(markup.ENTITY, "an HTML entity", _from_markup, needs=("&",))
_RULES = (
    Rule(re.compile(r"(https?://[^\s{}]{1,300})\{\1\}"), "a URL stands twice", r"\1", in_urls=True, needs=("{http",)),
    Rule(
        re.compile("|".join(map(re.escape, MIRRORS))),
        "the name of a mirror",
        _mirrored,
        in_urls=True,
        needs=("HF中国", "huggingface.host", "hf-mirror", "itp.ac.cn", "cn.arxiv"),
    ),
    Rule(
        re.compile(rf"{_TAG_IN_MATH}(?:[^<>$]*{_TAG_IN_MATH})?"),
        "an HTML tag in LaTeX",
        _from_both,
        in_math=True,
        needs=("$\\",),
    ),
    Rule(
        latex.MATH,
        "math as LaTeX has it",
        _from_latex,
        in_math=True,
        needs=("\\(", "\\[", "$$", "$\\", "$^", "$_", "$ ", "${"),
    ),
    Rule(re.compile(r"(?<=\d)~\\?%"), "a LaTeX percent sign", "%", needs=("~",)),
    Rule(re.compile(r"\\([%&#$_{}])"), "a LaTeX escape", r"\1", needs=("\\",)),
    Rule(latex.SILENT, "a LaTeX command", "", in_urls=True, needs=("\\",)),
    Rule(latex.PIECE, "a LaTeX command", _from_latex, in_urls=True, needs=("\\",)),
    Rule(re.compile(rf"\b({_ANY_GREEK})_(\w)\b"), "math without its signs", r"$\\\1_\2$", sure=False, needs=("_",)),
    Rule(re.compile(r"``([^`]{1,300}?)''"), "LaTeX quotes", "“\\1”", needs=("``",)),
    Rule(re.compile(r"(?<=\d)~(?=\d)"), "a tilde as a range", "–", sure=False, needs=("~",)),
    Rule(re.compile(r"(?<![\w~/])~(?=\d)"), "a tilde for “about”", "∼", sure=False, needs=("~",)),
    Rule(re.compile(r"(?<=[^\s~])~(?=[^\s~])"), "a LaTeX space", " ", needs=("~",)),
    Rule(re.compile(r"(?<=\S) --- ?(?=\S)|(?<=\w)---(?=\w)"), "a LaTeX dash", " — ", needs=("---",)),
    Rule(re.compile(r"(?<=\S) -- (?=\S)"), "a LaTeX dash", " – ", needs=("--",)),
    Rule(re.compile(r"(?<=\d) ?\+/- ?(?=\d)"), "a typewriter's plus-minus", "±", sure=False, needs=("+/-",)),
    Rule(re.compile(r"(?<=\d) pm (?=\d)"), "a plus-minus sign that became letters", " ± ", sure=False, needs=(" pm ",)),
    Rule(re.compile(r"(?<=\d)times\b"), "a times sign that became letters", "×", sure=False, needs=("times",)),
    Rule(
        re.compile(r"(?<=[A-Za-z])infty\b"), "an infinity sign that became letters", "∞", sure=False, needs=("infty",)
    ),
    Rule(re.compile(r"(?<=[A-Za-z]{2})\.(?=[A-Z][a-z]+,?\s)"), "no space after a sentence", ". ", sure=False),
    Rule(re.compile(r"(?<=[a-z]{3})\((?=[A-Z]\w+\))"), "no space before a bracket", " (", sure=False, needs=("(",)),
    Rule(
        re.compile(r"^Abstract(?:\s*[:.—–]\s*|\s*-\s+)", re.IGNORECASE),
        "the label of the abstract",
        "",
        needs=("bstract", "BSTRACT"),
    ),
    _ENTITIES,
    Rule(
        re.compile(rf"(?=<(\w+))({markup.TAG.pattern})[^<>]*</\1>", re.IGNORECASE),
        "HTML tags",
        _from_markup,
        needs=("<",),
    ),
    Rule(markup.TAG, "an HTML tag", _from_markup, needs=("<",)),
    Rule(
        re.compile("[\ufb00-\ufb06]"),
        "a ligature",
        lambda found: unicodedata.normalize("NFKC", found.group()),
        in_ascii=False,
    ),
    Rule(re.compile("(?<=[\x20-\u024f])\u200b|\u200b(?=[\x20-\u024f])"), "a space of no width", "", in_ascii=False),
    Rule(re.compile("\u00ad"), "a soft hyphen", "", in_ascii=False),
    Rule(re.compile(r"(?<=\w) (?=[,;]\s)"), "a space before punctuation", "", needs=(" ,", " ;")),
    Rule(re.compile(r"(?<=\S)[^\S\n]{2,}(?=\S)"), "a doubled space", " "),
)


def find(text: str, spellings: Spellings | None = None) -> Iterator[Leftover]:
    """Every leftover in a text, rule by rule. What an earlier rule takes whole is not told in parts."""
    taken = bytearray(len(text))
    for rule in _rules(spellings):
        for found in _matches(rule, text):
            start, end = found.span()
            if 1 not in taken[start:end]:
                taken[start:end] = b"\1" * (end - start)
                yield _leftover(rule, found)


_SOUND = re.compile(r"(?!.*infty)(?:[A-Za-z]+(?:[.,']? (?=[A-Za-z])|['-](?=[A-Za-z])|[.!?]?$))+")
"""Words in which there is nothing to mend, as most names are."""


def is_sound(text: str) -> bool:
    """Whether a text is nothing but words, as most names are."""
    return _SOUND.fullmatch(text) is not None


def mend(text: str, spellings: Spellings | None = None) -> tuple[str, list[Leftover]]:
    """The text without its leftovers, and what was done; what was not certain is marked so."""
    mended: list[Leftover] = []
    if is_sound(text):
        return text, mended
    text = _without_tags(text, mended)
    for rule in _rules(spellings):
        for found in reversed(_matches(rule, text)):
            mended.append(_leftover(rule, found))
            text = text[: found.start()] + rule.mended(found) + text[found.end() :]
        if rule is _ENTITIES:  # which may have stood for tags
            text = _without_tags(text, mended)
    return unicodedata.normalize("NFC", text.strip()), mended


def _rules(spellings: Spellings | None) -> Iterator[Rule]:
    """The rules; that of hyphens knows the words of the digest."""
    judge = spellings or Spellings()
    yield from _RULES
    yield Rule(
        _LINE_END,
        "a space after a hyphen",
        lambda found: judge.joined(found.group(1), found.group(2), found.string),
        sure=False,
        needs=("- ",),
    )


def _without_tags(text: str, mended: list[Leftover]) -> str:
    """A text with tags, read as a whole: what is in paragraphs stays so."""
    if not markup.TAG.search(text):
        return text
    first = markup.TAG.search(text)
    assert first is not None
    mended.append(Leftover("HTML tags", first.group(), "", True))
    return _in_paragraphs(markup.text(text))


def _matches(rule: Rule, text: str) -> list[re.Match[str]]:
    if (rule.needs and not any(sign in text for sign in rule.needs)) or not (rule.in_ascii or not text.isascii()):
        return []
    matches = [found for found in rule.pattern.finditer(text) if rule.mended(found) != found.group()]
    if not matches:  # as with nearly every rule and text; parsing is what takes time
        return []
    if rule.in_math:
        return matches
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
