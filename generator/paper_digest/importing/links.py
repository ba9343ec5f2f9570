"""What the addresses in an abstract lead to: code, data, a model, a demo or a project, by host and words before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from paper_digest.catalog.records import Links
from paper_digest.words import text

Doubt = Callable[[str], None]

_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "anonymous.4open.science", "codeberg.org")
_DATA_PLACES = ("huggingface.co/datasets/", "zenodo.org", "physionet.org", "kaggle.com/datasets")


_CODE_WORDS = frozenset("code codes source implementation scripts".split())
_MODEL_WORDS = frozenset("model models weights checkpoints".split())
_DATA_WORDS = frozenset("data dataset datasets corpus".split())
_DEMO_WORDS = frozenset("demo demos demonstration".split())
_PROJECT_WORDS = frozenset("project website page site".split())


def link_kind(url: str, before: str) -> tuple[str, bool]:
    """What a URL in an abstract leads to, judged by its host and the words before it, and whether that is certain."""
    words = frozenset(re.findall(r"[a-z]+", before[-90:].rsplit(". ", 1)[-1].lower()))
    if any(place in _address(url) for place in _DATA_PLACES):
        return "data", True
    if _address(url).startswith("huggingface.co/"):
        return "model", True
    return _kind_on_code_host(words) if _is_code_host(url) else _kind_elsewhere(words)


def _kind_on_code_host(words: frozenset[str]) -> tuple[str, bool]:
    if words & _DATA_WORDS and not words & (_CODE_WORDS | _MODEL_WORDS):
        return "data", False
    return "code", bool(words & _CODE_WORDS)


def _kind_elsewhere(words: frozenset[str]) -> tuple[str, bool]:
    if words & _DEMO_WORDS:
        return "demo", True
    if words & _CODE_WORDS and not words & _PROJECT_WORDS:
        return "code", False
    return "project", bool(words & _PROJECT_WORDS)


def _address(url: str) -> str:
    return url.split("://", 1)[1].removeprefix("www.")


def _is_code_host(url: str) -> bool:
    return _address(url).startswith(_CODE_HOSTS)


def links_in(abstract: str, known: Mapping[str, str], doubt: Doubt) -> Links:
    """The links that are known, and those that the abstract names. `doubt` is told what is not certain."""
    found = dict(known)
    for span in text.parse(abstract):
        if span.kind is not text.Kind.URL:
            continue
        kind, sure = link_kind(span.text, abstract[max(0, span.start - 200) : span.start])
        if _same_place(span.text, found.values()):
            continue
        if kind == "code" and "code" in found and not _is_code_host(span.text):
            kind = "project"
        if not sure:
            doubt(f"{span.text}: taken for `{kind}`")
        if kind == "code" and "code" in found and "page" not in found:
            doubt(f"a second code link, {span.text}; put under `page`")
            kind = "page"
        if kind in found:
            doubt(f"a second `{kind}` link, {span.text}; kept {found[kind]}")
            continue
        found[kind] = span.text.removesuffix(".git")
    return Links.model_validate(found)


def _same_place(url: str, others: Iterable[str]) -> bool:
    def settled(address: str) -> str:
        return address.casefold().removesuffix("/").removesuffix(".git")

    return any(settled(url) == settled(other) for other in others)
