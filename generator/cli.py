"""The commands: parse arguments, call, print. The only place that reads the clock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from generator import __doc__ as about
from generator.artifacts import write_over
from generator.problems import Problem, ProblemsFound, errors_of
from generator.reports import FORMATS, tally

if TYPE_CHECKING:
    from generator.formatting import Rewrite

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
@click.option("--format", "shape", type=click.Choice(list(FORMATS)), default="text", help="How problems are told.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
def check(root: Path, shape: str, strict: bool) -> None:
    """Find every fault in the catalog: file, line, column, and what to write instead.

    `--format github` marks the lines of a pull request; `json` and `sarif` print one document and nothing else.
    """
    from generator.build import examine

    found = examine(root, today())
    click.echo(FORMATS[shape](found.problems, found.counts))
    if found.problems if strict else errors_of(found.problems):
        raise SystemExit(1)


@main.command()
@_root_option
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a file is not in house style.")
def fmt(root: Path, files: tuple[Path, ...], only_check: bool) -> None:
    """Bring content files into house style, all or the FILES named. Comments stay, and nothing changes its meaning.

    Keys come in the order of the example in CONTRIBUTING.md, long texts are folded, short lists take one line.
    """
    from generator.formatting import out_of_style

    with _told():
        outside = [path for path in files if not path.is_relative_to(root)]
        if outside:
            raise click.UsageError(f"{outside[0]} is not in the digest's folder; name that with --root.")
        rewrites, problems = out_of_style(root, files)
        _settle(rewrites, only_check, "not in house style", "in house style now")
        if problems:
            raise ProblemsFound(problems)
    if rewrites and only_check:
        click.echo("Run `paper-digest fmt` to mend that.")
        raise SystemExit(1)
    if not rewrites:
        click.echo("Every file is in house style.")


@main.command()
@_root_option
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a schema is stale.")
def schema(root: Path, only_check: bool) -> None:
    """Write the JSON Schemas by which editors complete and mark content files into content/schemas.

    They are made of the models that `check` reads with, and of this digest's categories, tags and venues: run this
    after changing one of those lists.
    """
    from generator.formatting import stale_schemas

    with _told():
        stale = stale_schemas(root)
        _settle(stale, only_check, "stale", "written")
    if stale and only_check:
        click.echo("Run `paper-digest schema` to mend that.")
        raise SystemExit(1)
    if not stale:
        click.echo("Every schema says what `check` does.")


def _settle(rewrites: list[Rewrite], only_check: bool, told: str, done: str) -> None:
    for rewrite in rewrites:
        if not only_check:
            write_over(rewrite.path, rewrite.fresh)
        click.echo(f"{rewrite.shown_as}: {told if only_check else done}")


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
@click.option("--publish", is_flag=True, help="Then record in content/published.json what readers rely on from now on.")
def build(root: Path, publish: bool) -> None:
    """Generate everything, build the site with MkDocs, and swap it in when all of it succeeded.

    `--publish` is for whoever puts the site online, a workflow as a rule: what stands in the ledger can move or end
    after that, but `check` does not let it vanish.
    """
    from generator import build as building

    with _steps() as begin:
        done = building.build(root, today(), begin, publish=publish)
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
        click.echo(f"{tally(found.problems)}. Nothing was changed.", err=True)
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
