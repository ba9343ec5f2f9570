"""What the built pages may load and run: each has a Content-Security-Policy, and nothing in it that the policy stops.

The policy stands in the theme (`partials/policy.html`), so that a plain `mkdocs build` makes the same pages. It allows
the site's own files, and nothing inline. So an override or a hand-written page with an inline script would be dead for
every reader, and one with a picture from elsewhere blank: `build` says so, and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from paper_digest import reading
from paper_digest.problems import Problem, ProblemsFound, SourceRef

MOST_TOLD = 50

_POLICY = re.compile(rb'<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src \'none\';')
_TAG = rb"""<(?:%s)\b(?:[^>"']|"[^"]*"|'[^']*')*>"""
_LOADING = (
    "script|style|link|img|source|video|audio|track|iframe|frame|embed|object|applet|base|input|use|image|form|portal"
)
_LOADS = re.compile(_TAG % _LOADING.encode(), re.IGNORECASE)
_ANY = re.compile(_TAG % rb"[a-z][a-z0-9:-]*", re.IGNORECASE)
_SUSPECT = re.compile(rb"""[\s"'/](?:style|on[a-z]+|srcdoc|ping)\s*=|script\s*:|:\s*text/html""", re.IGNORECASE)
_DATA_TYPES = {"application/ld+json", "application/json", "speculationrules"}
_LOADED = {"src", "srcset", "poster", "data", "background", "archive", "codebase", "imagesrcset"}
_LINKS = {"href", "src", "action", "formaction", "xlink:href", "data"}
_HINTS = {"canonical", "alternate", "author", "help", "license", "next", "prev", "search", "bookmark", "me"}


def hold(site: Path, pages: Path) -> None:
    """Raise ProblemsFound with what the policy would stop in the pages of a site, `pages` being those people wrote."""
    problems: list[Problem] = []
    for file in sorted(site.rglob("*.html")):
        name = file.relative_to(site).as_posix()
        problems += (Problem(_place(name, pages), what, remedy) for what, remedy in faults(file.read_bytes()))
        if len(problems) > MOST_TOLD:
            break
    if problems:
        raise ProblemsFound(problems)


def faults(page: bytes) -> Iterator[tuple[str, str]]:
    """What is wrong with a page, and what to do: each fault once."""
    if not _POLICY.search(page):
        remedy = 'begin its head with {% include "partials/policy.html" %}, as main.html of the theme does'
        yield "the page does not begin with a Content-Security-Policy", remedy
    tags = _ANY if _SUSPECT.search(page) else _LOADS
    found = (fault for tag in tags.findall(page) for fault in _judged(tag))
    yield from dict.fromkeys(found)


def _place(name: str, pages: Path) -> SourceRef:
    """The file that people wrote, if the page is one; otherwise its place on the site."""
    written = pages / f"{name.removesuffix('/index.html')}.md"
    return SourceRef(f"content/pages/{written.name}" if reading.stands(written) else name)


@lru_cache(maxsize=1 << 14)
def _judged(tag: bytes) -> tuple[tuple[str, str], ...]:
    reader = _TagReader()
    reader.feed(tag.decode("utf-8", "replace"))
    return tuple(_faults_of(reader.name, reader.values)) if reader.name else ()


class _TagReader(HTMLParser):
    """Reads one tag: its name and attributes."""

    name = ""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.name = tag
        for name, value in attrs:
            self.values.setdefault(name, value or "")


def _faults_of(tag: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    file = "put it into a file below theme/overrides/assets"
    if tag == "script" and "src" not in values and values.get("type", "").lower() not in _DATA_TYPES:
        yield "an inline script would not run", f"{file}, and name that in `extra_javascript`"
    if tag == "style":
        yield "an inline style sheet would not hold", f"{file}, and name that in `extra_css`"
    if "style" in values:
        remedy = "give it a class; in tables, mkdocs.yml needs `tables: {use_align_attribute: true}`"
        yield f"the `style` of <{tag}> would not hold", remedy
    for name in values:
        if name.startswith("on"):
            yield f"the `{name}` of <{tag}> would not run", f"{file}, as a script that listens"
    if tag in {"iframe", "frame", "embed", "object", "applet", "portal", "base"}:
        yield f"<{tag}> is not allowed", "link to it instead"
    for name in _LINKS & values.keys():
        if re.match(r"(?:java|vb)script:|data:\s*text/html", re.sub(r"[\x00-\x20]", "", values[name]), re.IGNORECASE):
            yield f"the `{name}` of <{tag}> would run a script", "link to a page"
    for address in _addresses(tag, values):
        if _is_foreign(address):
            yield f"<{tag}> loads `{address[:100]}` from elsewhere", "keep a copy of it below content/ or theme/"


def _addresses(tag: str, values: dict[str, str]) -> Iterator[str]:
    """What a tag makes the browser load."""
    for name in _LOADED & values.keys():
        yield from (
            (part.split()[0] for part in values[name].split(",") if part.split()) if "set" in name else [values[name]]
        )
    if tag in {"use", "image"}:
        yield from (values[name] for name in ("href", "xlink:href") if name in values)
    if tag == "link" and not set(values.get("rel", "").lower().split()) & _HINTS:
        yield values.get("href", "")


def _is_foreign(address: str) -> bool:
    """Whether an address names another host. What is within the page itself (`data:` pictures) is not."""
    cleaned = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return True
    return bool(parts.netloc) or parts.scheme not in {"", "data"}
