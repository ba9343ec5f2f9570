"""The words of titles and abstracts, as they are compared: without plural, hyphens, and what tells nothing.

`stem`, `FUNCTION_WORDS` and `URL` are for all who compare texts; `words` and `terms` for those who compare papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

from paper_digest.words import text

URL = re.compile(r"https?://\S+")
FUNCTION_WORDS = frozenset(
    "a also an and are as at be been both but by can for from has have how in into is it its may more most not of on "
    "or our such than that the their them these they this through to using was we were which while who with "
    "within".split()
)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word in lower case without its plural, in American spelling; for comparing, not for reading."""
    if word.endswith("s") and len(word) > 2 and word[:-1].isupper():
        return word[:-1].lower()  # MRIs
    word = word.lower().replace("isation", "ization")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    is_plural = word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


@lru_cache(maxsize=65_536)
def telling(token: str) -> str:
    """The stem of a word; nothing for numbers, marks, letters, and words that only join others."""
    stemmed = stem(token)
    return "" if len(stemmed) < 2 or stemmed in FUNCTION_WORDS or stemmed.isdecimal() else stemmed


# ---- of papers -------------------------------------------------------------------------------------------------------


def _stems(listed: str) -> frozenset[str]:
    return frozenset(map(stem, listed.split()))


_EMPTY_WORDS = FUNCTION_WORDS | _stems(
    "able about above acceptable according achieve across addition additional address adopt after aim all alleviate "
    "allow almost along already alternative although always among another any appear applied apply arise around "
    "aspect assess available average avoid back because become before behind being believe below besides best better "
    "between beyond billion bring broad broader build built capable capture carefully central certain challenge "
    "choice clear close collect combine common comparable compare comparison competitive complete comprehensive "
    "comprising conduct consider considerable consistent contain contrast contribution cover create critical crucial "
    "current customized dedicated demonstrate depend derived describe design despite detailed determine develop "
    "development did different difficult direct distinct diverse do does don done due during each easily easy effect "
    "effective effectiveness efficient effort eight either emerged emerging employ enable encode encompassing end "
    "enhance enough ensure especially essential establish evaluate even every exceed exhibit existing experimental "
    "exploit explore extend extensive extent extra facilitate far fast few field final find fine first five focus "
    "former found four frequently full fully fundamental further furthermore future gain general get github give "
    "given go good great greater had hard help hence here hereby high higher highest hold however http https "
    "huggingface hundred idea identified identify illustrate impact importance important impressive improve "
    "improvement include incorporate increase indicate individual inherent initial insight inspired instance instead "
    "integrate interest interesting introduce investigate involve issue just keep key kind know known lack large "
    "larger largest last later latter lead led less let leverage like limit limitation long look low lower made main "
    "maintain major make manner many match maximum mean meanwhile might million minimal minimum mitigate moreover "
    "much multiple must namely narrow nearly necessary need new next nine no non nor notable notably note novel now "
    "number numerous observe obtain offer often old once one only open order original other otherwise ours out "
    "outcome outperform over overall overcome own paper part particular people per perform pivotal plausible play "
    "popular pose possible potential practical precise present preserve prevent previous primarily primary "
    "principled prior produce promising promote proper propose prove proven provide public purpose put quite range "
    "rapid rather reach readily real recent reduce reduction regarding related release reliable rely remain "
    "remarkable remarkably require requirement researcher respect respective rest reveal rich rise role same "
    "seamless second see seek seen select serve set seven several shortcoming shot should show shown significance "
    "significant similar simple simply since single six small smaller so sole solution some sota specific "
    "specifically spite stage standard state step still strong struggle studied studying substantial success "
    "successful suffer suggest suitable superior support surpass tackle tailored take ten tend then there thereby "
    "therefore therein thereof third those though thousand three thus together too top total toward towards tried "
    "try two typical under underlying understood unified unique unlike unprecedented unseen until up upon usage use "
    "used useful user usually utilize validate valuable variant variety various vary vast version versus very via vs "
    "wa way well what whatever when where whereas whether whichever whole whose why wide will within without work "
    "would www year yet yield you your"
)
"""Words of any paper, which tell nothing of this one; no pair of words reaches across them."""

_GENERIC_WORDS = _stems(
    "ability access accuracy accurate adapt adaptation adapted adapting advanced ai algorithm analyses analysis "
    "application approach approaches architecture artificial assessment automated automatic baseline behavior "
    "benchmark capability case class classes code community component computational concept condition content "
    "context cost data dataset deep demand distribution domain downstream evaluation evidence example experiment "
    "expert feature follow following framework function gap generate generated generation goal ground human "
    "hypothesis implementation information input instance intelligence knowledge language learn learned learning "
    "level life machine mechanism method metric model modeling module name network neural optimization output "
    "parameter pattern performance pipeline plan point practice problem process processes property quality question "
    "rate reason report research resource result robust robustness sample scale score selection setting size source "
    "space strategy structure study supervision system target task technique technology term test testing text time "
    "tool train trained training tune tuning type understanding unit value world"
)
"""Words that tell something only beside another: not `model`, but `world model`."""


def is_common(word: str) -> bool:
    """Whether a word is one of those that any paper may use."""
    return stem(word) in _EMPTY_WORDS or stem(word) in _GENERIC_WORDS


_EMPTY_COMPOUNDS = frozenset(
    "bestperforming cuttingedge endtoend highlevel highquality largescale lowcost longterm nontrivial opensource "
    "outofthebox publiclyavailable realworld sideeffect smallscale stateoftheart tradeoff uptodate wellestablished "
    "wellknown wideranging widespread".split()
)

_ENDINGS = _stems(
    "aware based centric driven enabled enhanced focused free guided informed level like oriented powered related "
    "specific style wise"
)
"""What may follow a word and a hyphen without changing what it is about: `MRI-based`, `patient-level`."""

# Letters, digits, and the vowel signs and accents that Python does not count among them; then the joiners of Persian.
_LETTER = (
    r"[\w\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0df3"
    r"\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3\u200c\u200d]"
)
_WORD_OR_MARK = re.compile(rf"{_LETTER}+(?:[-‐‑]{_LETTER}+)*(?:['’]s\b)?|[^\s-]")
"""A word, compounds whole, or a mark that parts words: those before it and after it make no term together."""
_ASCII_WORD_OR_MARK = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:'s\b)?|[^\s-]")
"""The same for most texts, several times as fast."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_POSSESSIVE = re.compile(r"['’]s$")
_HYPHEN = re.compile(r"[-‐‑]")
_QUANTITY = re.compile(r"\d+(?:[a-ce-z]|th|nd|rd|st)?|\d+x\d+")
"""A number, or one with a unit; `3D` is none."""

Term = str
"""What is compared: one or two words, joined, so that `vision-language` and `vision language` are the same."""


def words(source: str) -> list[str]:
    """The words of a catalog's text as written, and the marks between them; without its math and URLs."""
    if "$" in source:
        source = " ".join(span.text for span in text.parse(source) if span.kind is text.Kind.WORDS)
    source = URL.sub(" . ", source).replace("_", " ")
    if source.isascii():
        return _ASCII_WORD_OR_MARK.findall(source)
    return [part for word in _WORD_OR_MARK.findall(normalize("NFC", source)) for part in _spaced(word)]


def _spaced(word: str) -> Iterator[str]:
    """A word; of scripts without spaces every two letters that are neighbours, since nothing shows where words end."""
    if len(word) > 2 and _UNSPACED.search(word):
        for first, second in pairwise(word):
            yield from (first + second, "")
    else:
        yield word


def terms(written: Sequence[str]) -> Iterator[tuple[Term, int, int]]:
    """The terms that tell something in a list of words and marks, each with its place: from one word up to another."""
    before, before_alone = "", False
    for place, (term, alone) in enumerate(map(_judged, written)):
        if alone:
            yield term, place, place + 1
        if term and before and (alone or before_alone):
            yield before + term, place - 1, place + 1
        before, before_alone = term, alone


@lru_cache(maxsize=262_144)
def _judged(word: str) -> tuple[Term, bool]:
    """A word as it is compared, empty if it tells nothing, and whether it tells something by itself."""
    stems = parts(word)
    while len(stems) > 1 and stems[-1] in _ENDINGS:
        stems.pop()
    term = "".join(stems)
    if len(term) < 2 or _QUANTITY.fullmatch(term):
        return "", False
    if len(stems) > 1:
        is_empty = term in _EMPTY_COMPOUNDS
        return ("", False) if is_empty else (term, True)
    return ("", False) if _is_empty(term) else (term, term not in _GENERIC_WORDS)


def parts(word: str) -> list[str]:
    """The stems of a word as written: of a compound several; the letters, if nothing shows where words end."""
    if _UNSPACED.search(word):
        return list(word)
    return [stem(part) for part in _HYPHEN.split(_POSSESSIVE.sub("", word))]


def _is_empty(word: str) -> bool:
    """Whether a word, or what it is made of, is listed as empty: `proposed` of `propose`, `mainly` of `main`."""
    if word in _EMPTY_WORDS:
        return True
    if word in _GENERIC_WORDS or not word.endswith(("ed", "ing", "ly")):
        return False
    base = word.removesuffix("ed").removesuffix("ing").removesuffix("ly")
    return len(base) > 2 and not _EMPTY_WORDS.isdisjoint({base, base + "e", base[:-1]})
