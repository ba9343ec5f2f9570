"""The Jinja environments. Templates see plain values; what escapes them is `text`, by the filters here."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from paper_digest.words import text


def html_environment(templates: Path) -> Environment:
    """Templates of HTML, and of Markdown around HTML: everything is escaped."""
    return _environment(templates, autoescape=True)


def text_environment(templates: Path) -> Environment:
    """Templates of plain text, where nothing needs escaping."""
    return _environment(templates, autoescape=False)


def _environment(templates: Path, *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=autoescape,  # noqa: S701 - off for plain text alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        rich=text.html,
        rich_unicode=text.html_unicode,
        unlinked=text.unlinked,
        plain=text.plain,
        md=text.markdown,
        code_spans=text.code_spans,
        paragraphs=text.paragraphs,
        capitalize_first=lambda words: words[:1].upper() + words[1:],
    )
    return environment


def source(environment: Environment, name: str) -> str:
    """A file beside the templates as it stands, such as a style sheet."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]
