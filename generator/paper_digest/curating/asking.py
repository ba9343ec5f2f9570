"""`paper-digest new`: asks in the terminal for what a paper needs, and answers a wrong value with what to write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from paper_digest.catalog.checks import SUMMARY_LENGTH
from paper_digest.catalog.located import folded
from paper_digest.catalog.records import MOST_CATEGORIES, Author, Line, Paper, Prose, Summary, SummaryBy, WebAddress
from paper_digest.catalog.wording import sentences
from paper_digest.importing.drafts import Drafting
from paper_digest.importing.found import Found
from paper_digest.importing.ids import new_id, short_id
from paper_digest.importing.recognising import ArxivPaper, NotUnderstood, RegisteredPaper, recognise
from paper_digest.importing.suggest import Suggestion

Parse = Callable[[str], Any]


def ask_for_paper(drafting: Drafting) -> Paper:
    """A paper from somebody's answers. Whatever is left out can be added to the file later."""
    title = _asked("Title", _of(Line))
    if twin := drafting.twin(Found("this title", title)):
        click.echo(f"The catalog has a paper of that title: {twin.ref()}")
        click.confirm("Is yours another one?", abort=True)
    authors = _asked("Authors, with commas between them", _authors, default="")
    abstract = _asked_in_lines("Abstract: paste it, then a line with a dot alone", _of(Prose))
    if not abstract:
        click.echo("Without an abstract, readers need a link.")
    link = _asked("A link to the paper, from https:// on", _of_link, default="" if abstract else None)
    categories = _chosen("Categories", drafting.suggester.categories(title, abstract), _categories(drafting))
    tags = _chosen("Tags", drafting.suggester.tags(title, abstract), _tags(drafting), least=0)
    summary = _asked("Summary, one sentence in your words", _summary, default="")
    paper_id = _asked("Id, which stays for good", _of_id(drafting), default=_proposed(drafting, title))
    return Paper(
        id=paper_id,
        title=title,
        authors=authors or (),
        abstract=abstract or None,
        summary=summary or None,
        categories=tuple(categories),
        tags=tuple(tags),
        added=drafting.added,
        **(link or {}),
    )


def ask_for_source() -> str:
    """Something to look the paper up by, or nothing. Asks until it is understood."""
    while source := _answer("An arXiv id, a DOI or an address (Enter, if there is none)", ""):
        try:
            recognise(source)
        except NotUnderstood as error:
            click.echo(f"  {error}")
        else:
            return source
    return ""


def _of(kind: Any) -> Parse:
    return TypeAdapter(kind).validate_python


def _of_link(text: str) -> dict[str, Any]:
    """An address as the key that it belongs under: arXiv and DOIs have their own."""
    address = _of(WebAddress)(text)
    try:
        source = recognise(address, files=False)
    except NotUnderstood:
        return {"links": {"page": address}}
    if isinstance(source, ArxivPaper):
        return {"arxiv": source.id}
    return {"doi": source.doi} if isinstance(source, RegisteredPaper) else {"links": {"page": address}}


def _authors(text: str) -> tuple[Author, ...]:
    return tuple(Author(name=name) for name in re.split(r",|;|\band\b", text) if name.strip())


def _summary(text: str) -> Summary:
    shortest, longest = SUMMARY_LENGTH
    if not shortest <= len(text.strip()) <= longest:
        raise ValueError(f"it has {len(text.strip())} characters: write one sentence of {shortest} to {longest}")
    return Summary(text=text, by=SummaryBy.HUMAN)


def _proposed(drafting: Drafting, title: str) -> str:
    return new_id(short_id(title), drafting.known.ids, lambda _: None)


def _of_id(drafting: Drafting) -> Parse:
    def parse(text: str) -> str:
        if text in drafting.known.ids:
            raise ValueError(f"`{text}` is taken: choose another one")
        return Paper.model_validate({"id": text, "title": "x"}).id

    return parse


def _asked(question: str, parse: Parse, *, default: str | None = None) -> Any:
    """An answer that parses; an empty one, where there is a default, is taken for it. Asks until it gets one."""
    while True:
        answer = _answer(f"{question} (Enter leaves it out)" if default == "" else question, default)
        if not answer and default == "":
            return ""
        try:
            if not answer:
                raise ValueError("this is needed")
            return parse(answer)
        except (ValidationError, ValueError) as error:
            click.echo(f"  {_told(error)}")


def _answer(question: str, default: str | None) -> str:
    return str(click.prompt(question, default=default or "", show_default=bool(default))).strip()


def _asked_in_lines(question: str, parse: Parse) -> str:
    while True:
        click.echo(f"{question} (the dot at once leaves it out)")
        lines: list[str] = []
        while (line := click.prompt("", default="", show_default=False, prompt_suffix="> ").strip()) != ".":
            lines.append(line)
        if not any(lines):
            return ""
        try:
            return str(parse("\n".join(lines)))
        except ValidationError as error:
            click.echo(f"  {_told(error)}")


def _told(error: ValueError) -> str:
    return sentences(error)[0].removeprefix("the record: ") if isinstance(error, ValidationError) else str(error)


# ---- choosing from a list --------------------------------------------------------------------------------------------


def _categories(drafting: Drafting) -> dict[str, str]:
    categories = [item.record for item in drafting.shelf.categories]
    return {each.id: each.id for each in categories} | {folded(each.title): each.id for each in categories}


def _tags(drafting: Drafting) -> dict[str, str]:
    return dict(drafting.names.tags)


def _chosen(label: str, suggested: Sequence[Suggestion], known: dict[str, str], *, least: int = 1) -> list[str]:
    """Ids from a controlled list: those suggested, or others that the contributor names."""
    for each in suggested:
        click.echo(f"  {each.id}  ({each.reason})")
    if not suggested and len(known) <= 30:
        click.echo(f"  {', '.join(dict.fromkeys(known.values()))}")

    def parse(text: str) -> list[str]:
        return _known_ones(text, known, label, least)

    default = ", ".join(each.id for each in suggested) or ("" if least == 0 else None)
    none = "; - for none" if least == 0 and suggested else ""
    return _asked(f"{label}, with commas between them{none}", parse, default=default) or []


def _known_ones(text: str, known: dict[str, str], label: str, least: int) -> list[str]:
    if least == 0 and text.strip() == "-":
        return []
    named = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in named if folded(name) not in known]:
        raise ValueError("; ".join(_no_such(name, known) for name in unknown))
    chosen = list(dict.fromkeys(known[folded(name)] for name in named))
    if len(chosen) < least or (least and len(chosen) > MOST_CATEGORIES):
        raise ValueError(f"write one to {MOST_CATEGORIES} {label.lower()}")
    return chosen


def _no_such(name: str, known: dict[str, str]) -> str:
    close = list(dict.fromkeys(known[each] for each in difflib.get_close_matches(folded(name), known, n=3)))
    hint = f"did you mean {', '.join(close)}?" if close else f"known are {', '.join(sorted(set(known.values())))}"
    return f"there is no `{name}`: {hint}"
