"""The hand-written pages of a digest, in content/pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from paper_digest import reading, urls
from paper_digest.catalog.records import RESERVED_IDS
from paper_digest.catalog.source import Mapping, mark_at, parse_source
from paper_digest.digest.places import Places
from paper_digest.problems import Problem, ProblemsFound, SourceRef
from paper_digest.words.bounds import too_much

LARGEST_PAGE = reading.MEGABYTE // 4

_FRAMES_ID = re.compile(r"""\bid\s*=\s*["']?F-|\{[^}\n]{0,200}#F-""")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_FRAMES_KEYS = {"head", "forms_to", "kind", "template", "feeds", "styles"}


@dataclass(frozen=True)
class HandWritten:
    """A page from `content/pages/`: its name and its Markdown, front matter included."""

    stem: str
    markdown: str


def read_pages(places: Places) -> tuple[tuple[HandWritten, ...], list[Problem]]:
    """The hand-written pages, and the problems of those that cannot be pages."""
    pages: list[HandWritten] = []
    problems: list[Problem] = []
    for path in sorted(places.pages.glob("*.md")) if places.pages.is_dir() else []:
        if path.name.startswith("."):
            continue
        try:
            page = HandWritten(_page_name(path), _page_text(path, places.root))
            problems += _faults_of(page, f"content/pages/{path.name}")
            pages.append(page)
        except (OSError, ValueError) as error:
            where = SourceRef(f"content/pages/{path.name.encode('unicode_escape').decode()}")
            reason = _reason(error)
            problems.append(Problem(where, reason, "make it a UTF-8 text file with a name like `about.md`"))
    return tuple(pages), problems


def _faults_of(page: HandWritten, shown_as: str) -> Iterator[Problem]:
    """What is wrong with a page before MkDocs reads it: too much of something, ids and keys of the frame."""
    if found := too_much(page.markdown):
        mark = mark_at(page.markdown, found.offset)
        yield Problem(SourceRef(shown_as, mark.line, mark.column), found.what, found.remedy)
    for found_id in _FRAMES_ID.finditer(page.markdown):
        mark = mark_at(page.markdown, found_id.start())
        what = "the id begins with `F-`, as those of the frame do"
        yield Problem(SourceRef(shown_as, mark.line, mark.column), what, "choose another id")
    if matter := _FRONT_MATTER.match(page.markdown):
        try:
            values = parse_source(matter.group(1).encode(), shown_as).root
        except ProblemsFound as refused:
            yield from (_a_line_further(problem) for problem in refused.problems)
            return
        for key in _FRAMES_KEYS & set(values.entries if isinstance(values, Mapping) else ()):
            what = f"the key `{key}` of the front matter belongs to the site's own pages"
            yield Problem(SourceRef(shown_as), what, "delete it; a page may have `title` and `description`")


def _a_line_further(problem: Problem) -> Problem:
    """A problem of the front matter, which begins in the second line."""
    return replace(problem, where=replace(problem.where, line=problem.where.line + 1))


def _page_text(path: Path, root: Path) -> str:
    if reason := reading.refusal(path, root):
        raise ValueError(reason)
    return reading.read_text(path, LARGEST_PAGE)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)


def _page_name(path: Path) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", path.stem):
        raise ValueError("the name of a page is of lowercase letters, digits and hyphens")
    own = {*urls.OWN_PAGES, urls.SCHEMAS, urls.SEARCH}
    if f"{path.stem}/" in own or path.stem in RESERVED_IDS | {"404", "readme"}:
        raise ValueError(f"the name `{path.stem}` is taken by the site itself, or by Windows")
    return path.stem
