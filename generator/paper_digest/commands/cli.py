"""The commands: parse arguments, call, print. The only place that reads the clock."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from paper_digest import __doc__ as about
from paper_digest import reading
from paper_digest.catalog.records import LAST_YEAR
from paper_digest.problems import Problem, ProblemsFound, errors_of
from paper_digest.reports import FORMATS, counted, tally, without_commands

if TYPE_CHECKING:
    from paper_digest.delivery.orders import Via
    from paper_digest.editing.rewriting import Rewrite
    from paper_digest.importing.web import Web
    from paper_digest.writing.folder import Folder

F = TypeVar("F", bound=Callable[..., None])


def today() -> date:
    """The day, in UTC; `SOURCE_DATE_EPOCH` sets it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        day = datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now(UTC).date()
        if day.year > LAST_YEAR:
            raise ValueError
        return day
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a time in seconds: {epoch}") from None


def _mended(context: click.Context, parameter: click.Parameter, root: Path) -> Path:  # noqa: ARG001 - click's own
    """The digest's folder, with its last good site in place, whatever became of the run that was to replace it."""
    from paper_digest.writing.swapping import mend

    mend(root)
    return root


def _root_option(command: F) -> F:
    return click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
        default=Path(),
        callback=_mended,
        help="The digest's folder: the one with mkdocs.yml and content/. By default this one.",
    )(command)


_added_option = click.option(
    "--added",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YEAR-MONTH-DAY",
    help="The day the papers are catalogued on. By default today.",
)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLACE = click.Path(dir_okay=False, path_type=Path)
_fresh_option = click.option("--fresh", is_flag=True, help="Ask the web again, even for what was answered today.")


@contextmanager
def _web(root: Path, fresh: bool) -> Iterator[Web]:
    """The web, as a command asks it: answers are kept for a day in build/.cache.

    `PAPER_DIGEST_MIRROR` names a caching proxy, under which every host is a folder.
    """
    from paper_digest.digest.identity import read_identity
    from paper_digest.importing.web import Web
    from paper_digest.writing.folder import cache_of

    cache = None if fresh else cache_of(root)
    with Web(read_identity(root).repo_url or "", cache=cache, mirror=os.environ.get("PAPER_DIGEST_MIRROR")) as web:
        yield web


def _alone(root: Path) -> AbstractContextManager[Folder]:
    """No other command writes into the digest's content for as long as this lasts."""
    from paper_digest.writing.locks import Work, alone

    return alone(root, Work.CONTENT, partial(click.echo, err=True))


def _judge(root: Path, places: list[str]) -> None:
    """Tell what `check` says of new files, and how to go on."""
    from paper_digest.digest.opening import examine

    _show([problem for problem in examine(root, today()).problems if problem.where.path in places])
    stems = [Path(place).stem for place in places]
    shown = f"papers/{stems[0]}/" if len(stems) == 1 else "papers/"
    click.echo(f"Look it over, run `paper-digest check`, and see it under {shown} with `paper-digest serve`.")


@click.group(help=about, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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
    from paper_digest.digest.opening import examine

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
    from paper_digest.editing.rewriting import layout_of, out_of_style

    with _told():
        outside = [path for path in files if not path.is_relative_to(root)]
        if outside:
            raise click.UsageError(f"{outside[0]} is not in the digest's folder; name that with --root.")
        strange = [path for path in files if layout_of(path, root) is None]
        if strange:
            raise click.UsageError(f"{strange[0]} is no YAML file of the digest's content.")
        with nullcontext() if only_check else _alone(root):
            rewrites, problems = out_of_style(root, files)
            _settle(root, rewrites, only_check, "not in house style", "in house style now")
    _show(problems)
    if rewrites and only_check:
        click.echo("Run `paper-digest fmt` to mend that.")
    if problems:
        click.echo(f"{counted(len({problem.where.path for problem in problems}), 'files')} cannot be formatted.")
    elif not rewrites:
        click.echo("Every file is in house style.")
    if problems or (rewrites and only_check):
        raise SystemExit(1)


@main.command()
@_root_option
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a schema is stale.")
def schema(root: Path, only_check: bool) -> None:
    """Write the JSON Schemas by which editors complete and mark content files into content/schemas.

    They are made of the models that `check` reads with, and of this digest's categories, tags and venues: run this
    after changing one of those lists.
    """
    from paper_digest.editing.rewriting import stale_schemas

    with _told(), nullcontext() if only_check else _alone(root):
        stale = stale_schemas(root)
        _settle(root, stale, only_check, "stale", "written")
    if stale and only_check:
        click.echo("Run `paper-digest schema` to mend that.")
        raise SystemExit(1)
    if not stale:
        click.echo("Every schema is up to date.")


def _settle(root: Path, rewrites: list[Rewrite], only_check: bool, told: str, done: str) -> None:
    from paper_digest.writing.changes import carry_out

    if not only_check:
        carry_out(root, [rewrite.change(root) for rewrite in rewrites])
    for rewrite in rewrites:
        click.echo(without_commands(f"{rewrite.shown_as}: {told if only_check else done}"))


@main.command()
@_root_option
def generate(root: Path) -> None:
    """Write build/docs (what MkDocs reads) and build/email."""
    from paper_digest.building import build as building

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
    from paper_digest.building import build as building

    with _steps() as begin:
        done = building.build(root, today(), begin, publish=publish)
    _show(done.warnings)
    site = done.site
    parts = {"papers": site.papers, "categories": site.category, "issues": site.issues}
    click.echo(f"build/site: {', '.join(counted(len(each), name) for name, each in parts.items())}.")
    click.echo(f"In no issue yet: {counted(len(site.queue), 'papers')}.")


@main.command()
@_root_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(root: Path, port: int) -> None:
    """Live preview: rebuild when the content, a template or a style changes, and reload the browser."""
    from paper_digest.building.serve import PortTaken
    from paper_digest.building.serve import serve as serving

    try:
        with _told():
            serving(root, port, today, click.echo)
    except PortTaken as taken:
        raise click.UsageError(str(taken)) from None


@main.command()
@_root_option
@click.argument("sources", nargs=-1, metavar="SOURCE…")
@click.option("--id", "paper_id", help="The id of the new paper, for a single one. By default made from its title.")
@click.option("--dry-run", is_flag=True, help="Show the file that would be written, and write nothing.")
@click.option("--strict", is_flag=True, help="Write nothing when something in a file of references cannot be used.")
@click.option("--form", type=_FILE, help="Take in an issue form instead: the text of the issue, in a file.")
@click.option("--answer", type=click.Path(path_type=Path), help="With --form: where the answer goes, as Markdown.")
@_added_option
@_fresh_option
def add(
    root: Path,
    sources: tuple[str, ...],
    paper_id: str | None,
    dry_run: bool,
    strict: bool,
    form: Path | None,
    answer: Path | None,
    added: datetime | None,
    fresh: bool,
) -> None:
    """Add papers by what SOURCEs say of them: one YAML file each, with suggested categories and tags.

    A SOURCE is an arXiv id or address, a DOI, a PubMed id, an address at OpenReview, the ACL Anthology, PubMed, dblp,
    Semantic Scholar, Hugging Face papers or a publisher, a file of references (.bib, .ris, CSL .json), or - for a
    listing on standard input. All that is asked for is written, or nothing; of a file, all that can be a paper.
    """
    from paper_digest.importing import adding

    if form:
        if answer is None or sources or paper_id or dry_run or added:
            raise click.UsageError("--form is taken in as it is: it goes with --answer, --root and --fresh alone.")
        _take_in(root, form, answer, fresh)
        return
    if not sources:
        raise click.UsageError("Give at least one SOURCE, as: paper-digest add 2410.13085")
    if paper_id and len(sources) > 1:
        raise click.UsageError("--id names a single paper; give one SOURCE.")
    day, pasted = added.date() if added else today(), sys.stdin.read() if "-" in sources else ""
    with _told(), nullcontext() if dry_run else _alone(root), _web(root, fresh) as web:
        made = adding.add(root, sources, day, web, pasted, paper_id=paper_id, strict=strict)
        if not dry_run:
            adding.write(root, made)
        for line in adding.report(made, dry_run=dry_run):
            click.echo(line)
        for place, text in made.texts(root) if dry_run else ():
            click.echo(f"\n# {place}\n{text}", nl=False)
        if not dry_run:
            _judge(root, [place for place, _ in made.drafts])


def _take_in(root: Path, form: Path, answer: Path, fresh: bool) -> None:
    """Take in an issue form; the title for a pull request is what is printed. What a stranger wrote is not."""
    from paper_digest.curating.intake import take_in
    from paper_digest.writing.changes import Change, anchored, carry_out
    from paper_digest.writing.folder import Folder

    with _told(), _alone(root), _web(root, fresh) as web:
        above, place = anchored(root, answer)
        above.mkdir(parents=True, exist_ok=True)
        with Folder(above) as folder:
            folder.status(place)  # told before anything is taken in
        outcome = take_in(root, reading.read_bytes(form).decode("utf-8", "replace"), today(), web)
        carry_out(above, [Change.over(place, outcome.answer)])
    click.echo(outcome.title or "Not taken in. The answer says why.")
    if not outcome.is_taken:
        raise SystemExit(1)


@main.command()
@_root_option
@click.argument("source", required=False)
@_added_option
@_fresh_option
def new(root: Path, source: str | None, added: datetime | None, fresh: bool) -> None:
    """Ask for what a new paper needs, and write its file.

    With a SOURCE it does what `add` does.
    """
    from paper_digest.catalog.catalog import read_shelf
    from paper_digest.curating.asking import ask_for_paper, ask_for_source
    from paper_digest.importing import adding
    from paper_digest.importing.drafts import Draft, Drafting

    if source is None:
        source = ask_for_source()
    if source:
        click.get_current_context().invoke(add, root=root, sources=(source,), added=added, fresh=fresh)
        return
    with _told():
        drafting = Drafting(read_shelf(root), added.date() if added else today())
        paper = ask_for_paper(drafting)
        made = adding.Added(((adding.place_of(paper), Draft(paper, "your answers")),), ())
        for place, text in made.texts(root):
            click.echo(f"\n# {place}\n{text}")
        click.confirm("Write this file?", default=True, abort=True)
        with _alone(root):
            adding.write(root, made)
        _judge(root, [place for place, _ in made.drafts])


@main.command()
@_root_option
@click.argument("ids", nargs=-1)
@click.option("--write", "writing", is_flag=True, help="Write what is certain into the paper files.")
@click.option("--links/--no-links", default=True, help="Look whether links still lead somewhere, or not.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json", "markdown"]), default="text", help="How it is told."
)
@_fresh_option
def verify(root: Path, ids: tuple[str, ...], writing: bool, links: bool, shape: str, fresh: bool) -> None:
    """Compare papers, all or those with the IDS, with what arXiv, DOI registries and the web say today.

    It finds what was published since, retitled or retracted, and links that are gone (404 or 410; a server that does
    not answer proves nothing). What could not be asked is said, and changes nothing.
    """
    from paper_digest.importing import verifying

    say = partial(click.echo, err=True)
    with _told(), _web(root, fresh) as web:
        found = verifying.verify(root, today(), web, say, ids=ids, links=links)
        changed, refused = verifying.write(root, found.differences, today(), say) if writing else ([], [])
        click.echo(verifying.FORMATS[shape](found, changed, refused))


@main.command()
@_root_option
@click.argument("base")
@click.option("--format", "shape", type=click.Choice(["text", "markdown"]), default="text", help="How it is told.")
def diff(root: Path, base: str, shape: str) -> None:
    """Tell what the change since BASE, a git revision or a digest's folder, means for readers.

    Papers added, changed field by field, recategorised or retracted; feed entries that will appear or change; the
    size of the next email; likely duplicates.
    """
    from paper_digest.diff import NoBase, as_markdown, as_text, changes_since

    with _told():
        try:
            changes = changes_since(root, base, today())
        except NoBase as none:
            raise click.UsageError(str(none)) from None
    click.echo((as_markdown if shape == "markdown" else as_text)(changes).rstrip())
    if changes.taken_back:
        click.echo("Promises to readers were taken back: see what to look at first.", err=True)
        raise SystemExit(1)


@main.command()
@_root_option
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YEAR-MONTH-DAY",
    help="The day of the issue. By default today, if one is due by the digest's cadence.",
)
@click.option("--dry-run", is_flag=True, help="Show the file, and write nothing.")
def issue(root: Path, day: datetime | None, dry_run: bool) -> None:
    """Compose the next issue: what is new, what trends, the queue, and news of papers told of before.

    Writes a draft of facts to content/issues/<date>.yaml, for curators to read and make better. Done again on the same
    day it changes nothing.
    """
    from paper_digest.curating import issuing

    with _told(), nullcontext() if dry_run else _alone(root):
        issued = issuing.next_issue(root, today(), day.date() if day else None)
        if dry_run and issued.content:
            click.echo(issued.content, nl=False)
            return
        if issued.place:
            issuing.write(root, issued)
    click.echo(issued.told)
    if issued.place and not dry_run:
        click.echo("Read it, make its words better, and run `paper-digest check`.")


@main.command()
@_root_option
@click.option(
    "--only",
    type=click.Choice(["issue", "delivery", "send", "claimed", "not-online", "passed-over"]),
    help="Print this part alone, a line for each, for a script.",
)
def due(root: Path, only: str | None) -> None:
    """Tell what is to be done today: whether an issue comes, and which are to be mailed."""
    from paper_digest.curating import issuing
    from paper_digest.digest.opening import examine

    with _told():
        examined = examine(root, today())
        if examined.site is None:
            raise ProblemsFound(examined.problems)
        found = issuing.due(root, examined.site, today())
        for line in issuing.lines_of(found, only) if only else issuing.told_of(found):
            click.echo(line)


@main.command()
@_root_option
def doctor(root: Path) -> None:
    """Tell what is set up, what is missing, and what to do next: for the site, the feeds, the day, and mail.

    It looks at the files, and at the repository's settings where GitHub's command `gh` is there and signed in.
    """
    from paper_digest.doctor import examined, told

    with _told():
        for line in told(examined(root, today())):
            click.echo(line)


@main.command()
@_root_option
def metrics(root: Path) -> None:
    """Count stars, upvotes and citations of all papers, and write them to content/metrics: one file a day.

    GitHub, Hugging Face and Semantic Scholar are asked. One that refuses or fails costs its own counts alone, and when
    nobody answers nothing is changed. GITHUB_TOKEN, when it is set, lets GitHub answer more than 60 questions an hour.
    """
    from paper_digest.digest.identity import read_identity
    from paper_digest.importing.counts import github
    from paper_digest.importing.counts.counting import CountingWeb
    from paper_digest.importing.counts.refreshing import refresh
    from paper_digest.writing.folder import cache_of

    with (
        _told(),
        CountingWeb(
            read_identity(root).repo_url or "",
            cache=cache_of(root),
            mirror=os.environ.get("PAPER_DIGEST_MIRROR"),
            tokens={github.HOST: os.environ.get("GITHUB_TOKEN")},
        ) as web,
    ):
        for line in refresh(root, today(), web, partial(click.echo, err=True)).lines():
            click.echo(line)


@main.command()
@click.argument("issue", metavar="[ISSUE]", required=False)
@_root_option
@click.option("--via", type=click.Choice(["smtp", "buttondown", "listmonk"]), help="What takes the letters.")
@click.option("--live", is_flag=True, help="Send. Without it a provider gets a draft, and SMTP nothing.")
@click.option("--dry-run", "dry", is_flag=True, help="Tell exactly what would happen, and do nothing.")
@click.option("--to", type=_FILE, help="The file of recipients for SMTP: one a line, outside the repository.")
@click.option(
    "--test", metavar="ADDRESS", help="Send the letter to this address alone, as a test that uses nothing up."
)
@click.option("--claim-only", "claim", metavar="RUN", help="Claim the issue for a run, to be pushed before it sends.")
@click.option("--claimed", metavar="RUN", help="Send only if this run has claimed the issue.")
@click.option("--release", metavar="RUN", help="End the claim of a run that died before it sent anything.")
@click.option("--unknown-too", is_flag=True, help="Send to those, too, who may have got it already.")
@click.option("--refused-too", is_flag=True, help="Send to those, too, whose mailboxes were gone in an earlier issue.")
@click.option("--take-over", is_flag=True, help="Send although another run claimed the issue and never told its end.")
@click.option("--gone", type=_PLACE, help="Write the addresses of readers whose mailboxes are gone into this file.")
@click.option(
    "--report", type=_PLACE, help="Write what a person is to do, as Markdown; it is empty if there is nothing."
)
def send(root: Path, issue: str | None, via: Via | None, *, report: Path | None, **asked: Any) -> None:
    """Send ISSUE, named by its date, to everybody once.

    What was done is in content/sent/<date>.jsonl before the next thing is done: who got the issue never gets it again,
    and given again, the command sends to those who were not reached. Secrets come from the environment (README).

    It ends with 0 when all is done or some readers are left to the next run; with 1 when nothing was sent; and with 3
    when it stopped, or somebody may or may not have got the issue.
    """
    from paper_digest.delivery import reporting
    from paper_digest.delivery.command import CannotSend, Order, Surroundings
    from paper_digest.delivery.command import send as carry_out
    from paper_digest.digest.opening import examine

    if issue is None or via is None:
        raise click.UsageError("Name an ISSUE by its date, and what sends it: --via smtp, buttondown or listmonk")
    with _told():
        examined = examine(root, today())
        if examined.site is None:
            if report and issue and via:
                reasons = ["The catalog has errors: paper-digest check tells them."]
                _write_beside(root, report, reporting.of_nothing(Order(issue, via, **asked), reasons))
            raise ProblemsFound(examined.problems)
    order = Order(issue, via, **asked)
    try:
        around = Surroundings(os.environ, now=lambda: datetime.now(UTC), say=click.echo)
        with _told():
            outcome = carry_out(root, examined.site, order, around)
        told, code = outcome.report, outcome.exit_code
    except CannotSend as cannot:
        told, code = reporting.of_nothing(order, cannot.reasons), 1
        for line in (*cannot.reasons, "Nothing was sent."):
            click.echo(line, err=True)
    if report:
        _write_beside(root, report, told)
    raise SystemExit(code)


def _write_beside(root: Path, path: Path, text: str) -> None:
    """Write a file that somebody named, whole."""
    from paper_digest.writing.changes import Change, anchored, carry_out

    above, place = anchored(root, path)
    carry_out(above, [Change.over(place, text)])


@main.command(name="import")
@click.argument("listing", type=_FILE)
@_root_option
@click.option(
    "--bibliography",
    type=_FILE,
    help="Facts for the same papers: JSON Lines, matched by title.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Take only so many papers.")
@_added_option
@click.option("--dry-run", is_flag=True, help="Report, and write nothing.")
def import_(
    root: Path, listing: Path, bibliography: Path | None, limit: int | None, added: datetime | None, dry_run: bool
) -> None:
    """Turn a pasted LISTING of titles and abstracts into one YAML file per paper.

    Every title is one line, and its abstract the next. Papers that the catalog has already are skipped. What was
    repaired, and what somebody should look at, is reported.
    """
    from paper_digest.importing.import_listing import import_into

    day = added.date() if added else today()
    with _told(), nullcontext() if dry_run else _alone(root):
        for line in import_into(root, listing, bibliography, day, limit=limit, dry_run=dry_run):
            click.echo(line)


@contextmanager
def _told() -> Iterator[None]:
    """Ends a command with its problems, not with a traceback."""
    from paper_digest.building.build import MkDocsFailed
    from paper_digest.building.indexing import IndexingFailed
    from paper_digest.importing.found import NothingAdded
    from paper_digest.writing.locks import Busy

    try:
        yield
    except ProblemsFound as found:
        _show(found.problems)
        click.echo(f"{tally(found.problems)}. Nothing was changed.", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:
        raise  # whoever reads has read enough; click ends quietly
    except OSError as error:
        click.echo(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}", err=True)
        raise SystemExit(1) from None
    except Busy as busy:
        click.echo(str(busy), err=True)
        raise SystemExit(1) from None
    except NothingAdded as nothing:
        for reason in nothing.reasons:
            click.echo(without_commands(reason), err=True)
        click.echo("Nothing was written.", err=True)
        raise SystemExit(1) from None
    except (MkDocsFailed, IndexingFailed) as failed:
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
        click.echo(without_commands(str(problem)))
