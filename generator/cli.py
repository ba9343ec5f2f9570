"""The commands: parse arguments, call, print. The only place that reads the clock."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import click

from generator import __doc__ as about
from generator.problems import Problem, ProblemsFound, Severity, errors_of

F = TypeVar("F", bound=Callable[..., None])


def today() -> date:
    """The day, in UTC; `SOURCE_DATE_EPOCH` sets it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now(UTC).date()
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a time in seconds: {epoch}") from None


def _root_option(command: F) -> F:
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
        default=Path(),
        help="The digest's folder: the one with mkdocs.yml and content/. By default this one.",
    )(command)


@click.group(help=about, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="paper-digest", message="%(prog)s %(version)s")
def main() -> None:
    """Everything is a subcommand."""


@main.command()
@_root_option
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How problems are told.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
def check(root: Path, shape: str, strict: bool) -> None:
    """Find every fault in the catalog: file, line, column, and what to write instead."""
    from generator.build import examine

    found = examine(root, today())
    failed = bool(found.problems if strict else errors_of(found.problems))
    if shape == "json":
        click.echo(
            json.dumps(
                {"problems": [problem.as_data() for problem in found.problems], "counts": found.counts},
                ensure_ascii=False,
            )
        )
    else:
        _show(found.problems)
        counts = ", ".join(_count(count, what) for what, count in found.counts.items())
        click.echo(f"{_tally(found.problems)} in {counts}.")
    if failed:
        raise SystemExit(1)


@main.command()
@_root_option
def generate(root: Path) -> None:
    """Write build/docs (what MkDocs reads) and build/email."""
    from generator import build as building

    with _steps() as begin:
        done = building.generate(root, today(), begin)
    _show(done.warnings)
    written = done.written
    click.echo(
        f"{written.total} files below build/: {written.changed} written, {written.removed} removed, the rest as it was."
    )


@main.command()
@_root_option
def build(root: Path) -> None:
    """Generate everything, build the site with MkDocs, and swap it in when all of it succeeded."""
    from generator import build as building

    with _steps() as begin:
        done = building.build(root, today(), begin)
    _show(done.warnings)
    site = done.site
    click.echo(f"build/site: {len(site.papers)} papers, {len(site.category)} categories, {len(site.issues)} issues.")
    click.echo(f"{len(site.queue)} papers are in no issue yet.")


@main.command()
@_root_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(root: Path, port: int) -> None:
    """Live preview: rebuild when the content, a template or a style changes, and reload the browser."""
    from generator.serve import PortTaken
    from generator.serve import serve as serving

    try:
        with _told():
            serving(root, port, today, click.echo)
    except PortTaken as taken:
        raise click.UsageError(str(taken)) from None


@main.command(name="import")
@click.argument("listing", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_root_option
@click.option(
    "--bibliography",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Facts for the same papers: JSON Lines, matched by title.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Take only so many papers.")
@click.option(
    "--added", type=click.DateTime(["%Y-%m-%d"]), help="The day the papers are catalogued on. By default today."
)
@click.option("--dry-run", is_flag=True, help="Report, and write nothing.")
def import_(
    root: Path, listing: Path, bibliography: Path | None, limit: int | None, added: datetime | None, dry_run: bool
) -> None:
    """Turn a pasted LISTING of titles and abstracts into one YAML file per paper.

    Every title is one line, and its abstract the next. Papers that the catalog has already are skipped. What was
    repaired, and what somebody should look at, is reported.
    """
    from generator.importers.command import import_into

    day = added.date() if added else today()
    with _told():
        for line in import_into(root, listing, bibliography, day, limit=limit, dry_run=dry_run):
            click.echo(line)


@contextmanager
def _told() -> Iterator[None]:
    """Ends a command with its problems, not with a traceback."""
    from generator.build import MkDocsFailed

    try:
        yield
    except ProblemsFound as found:
        _show(found.problems)
        click.echo(f"{_tally(found.problems)}. Nothing was changed.", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        click.echo(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}", err=True)
        raise SystemExit(1) from None
    except MkDocsFailed as failed:
        click.echo(f"{failed}\nMkDocs did not build the site. The last good one stays.", err=True)
        raise SystemExit(1) from None


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    """Tells the steps of a long command as they begin."""
    began = time.perf_counter()

    def begin(step: str) -> None:
        click.echo(f"[{time.perf_counter() - began:5.1f} s] {step}", err=True)

    with _told():
        yield begin
        begin("Done.")


def _show(problems: tuple[Problem, ...] | list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))


def _count(count: int, plural: str) -> str:
    singular = {"categories": "category"}.get(plural, plural.removesuffix("s"))
    return f"{count} {singular if count == 1 else plural}"


def _tally(problems: tuple[Problem, ...] | list[Problem]) -> str:
    errors = len(errors_of(problems))
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    if not problems:
        return "No problems"
    parts = [
        f"{count} {word if count == 1 else word + 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " and ".join(parts)
