"""What strangers, and runs that hold their code, hand over: read as data here, and refused where it is anything else.

The scripts beside this one call it with the runner's own Python; nothing is installed for it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import stat
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

LONGEST_TEXT = 60_000
"""Characters: a comment holds 65,536."""
LONGEST_TITLE = 100
LARGEST_FILE = 1_000_000
PAPER = re.compile(r"content/papers/(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml")
COUNTED = re.compile(r"content/metrics/[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
ISSUE = re.compile(r"content/issues/[0-9]{4}-[0-9]{2}-[0-9]{2}\.yaml")
MOST_COUNTED = 400
CUT = "\n\n*The rest has no room here.*\n"
# Signs that turn the direction of a text around, so that it reads as something else than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What GitHub makes a mention or a reference of, which tells somebody elsewhere: `@`, however it is written, since it is
# looked for when Markdown and HTML are read; `#` and `GH-` before a number. A commit's hash is a link and tells nobody.
_CALLING = re.compile(
    r"[@\uff20\ufe6b]|&(?:#0*64(?![0-9])|#x0*40(?![0-9a-f])|commat);?"
    r"|(?:(?<!&)#|&(?:#0*35(?![0-9])|#x0*23(?![0-9a-f])|num);?)(?=[0-9&])|\bgh-(?=[0-9&])",
    re.IGNORECASE,
)
_NO_WIDTH = "\u200b"
LONGEST_ENTITY = 12
BOT = "github-actions[bot]"


def refuse(why: str) -> NoReturn:
    """End with the reason; the shell that asked stops there. What it quotes commands nothing in a workflow's log."""
    sys.exit(f"refused: {' '.join(why.split())}".replace("##[", "## ["))


def regular(path: Path) -> Path:
    """A path that is a file itself, and no link to one."""
    try:
        is_regular = stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        is_regular = False
    return path if is_regular else refuse(f"{str(path)!r} is not a regular file")


def read(path: Path, limit: int) -> str:
    """The beginning of a file as text without control characters: a little more than `limit` characters at most."""
    with regular(path).open("rb") as file:
        text = file.read(4 * limit + 1).decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or not _is_control(sign))


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" or sign in _TURNING


def text(path: Path, limit: int, *, mentions: bool) -> str:
    """A text for a comment, cut at the end of a line when it is too long. Without mentions it calls nobody.

    Cleaned first, then held, and cut last, not within an entity: so nothing is undone by what comes after.
    """
    found = read(path, limit)
    if not mentions:
        found = _CALLING.sub(lambda call: call.group() + _NO_WIDTH, found)
    if len(found) <= limit:
        return found
    kept = found[: limit - len(CUT)]
    return (kept.rpartition("\n")[0] or _without_half_an_entity(kept)) + CUT


def _without_half_an_entity(line: str) -> str:
    begun = line.rfind("&", len(line) - LONGEST_ENTITY)
    return line if begun < 0 or ";" in line[begun:] else line[:begun]


def title(path: Path) -> str:
    """A title: one line of the letters that ids and the names of keys are made of, so that it means nothing to a shell,
    to Markdown or to git."""
    words = re.sub(r"[^A-Za-z0-9 ,:._-]", "", " ".join(read(path, 10 * LONGEST_TITLE).split()))
    words = re.sub(r"\b(gh)-(?=[0-9])", r"\1 ", words, flags=re.IGNORECASE)  # an issue, which a commit can close
    return " ".join(words.replace("::", ":").split()).lstrip("-")[:LONGEST_TITLE].strip() or "Change papers"


def papers(folder: Path, most: int) -> list[str]:
    """The paper files in a folder that was handed over. Refused is what else is in it, too large, or too much."""
    found = sorted(_files(folder))
    if len(found) > most:
        refuse(f"{len(found)} files are more than {most}")
    for place in found:
        if not PAPER.fullmatch(place):
            refuse(f"{place!r} is no paper's file")
        if regular(folder / place).stat().st_size > LARGEST_FILE:
            refuse(f"{place!r} is too large")
    return found


def daily(folder: Path) -> tuple[list[str], list[str]]:
    """The snapshots and the issue, one at most, that a run of the day handed over. Anything else is refused."""
    found = sorted(set(_files(folder)) - {"delivery"})
    counted = [place for place in found if COUNTED.fullmatch(place)]
    issues = [place for place in found if ISSUE.fullmatch(place)]
    if len(found) > len(counted) + len(issues) or len(issues) > 1 or len(counted) > MOST_COUNTED:
        refuse("a day hands over snapshots and one issue, and nothing else")
    for place in found:
        if regular(folder / place).stat().st_size > LARGEST_FILE:
            refuse(f"{place!r} is too large")
    return counted, issues


def delivery(folder: Path) -> str:
    """Whether somebody reads an issue first, as a run of the day said. What is neither word is `review`."""
    said = read(folder / "delivery", 20).strip()
    return said if said == "auto" else "review"


def sends(answer: dict[str, Any], step: str) -> str:
    """Whether a run, as GitHub tells of its jobs, ever began the step that sends: `never`, or `maybe`."""
    jobs = answer.get("jobs") or []
    began = [
        each
        for job in jobs
        for each in job.get("steps") or ()
        if each.get("name") == step and each.get("started_at") and each.get("conclusion") != "skipped"
    ]
    return "never" if jobs and not began and all(job.get("status") == "completed" for job in jobs) else "maybe"


def issue_with(issues: list[dict[str, Any]], marker: str) -> str:
    """The number of the issue that we opened with a marker, the newest first."""
    ours = [
        each
        for each in issues
        if "pull_request" not in each
        and (each.get("user") or {}).get("login") == BOT
        and (each.get("body") or "").startswith(marker)
    ]
    return str(max(each["number"] for each in ours)) if ours else ""


def told(issues: list[dict[str, Any]], prefix: str) -> list[str]:
    """The keys that begin so, of the open issues by which people were told."""
    found = [
        re.match(r"<!-- paper-digest: tell ([a-z0-9-]+) -->", each.get("body") or "")
        for each in issues
        if "pull_request" not in each and (each.get("user") or {}).get("login") == BOT
    ]
    return sorted({match[1] for match in found if match and match[1].startswith(prefix)})


def _files(folder: Path) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        for name in folders:
            if Path(parent, name).is_symlink():
                refuse(f"{name!r} is a link")
        yield from (Path(parent, name).relative_to(folder).as_posix() for name in names)


def put(folder: Path, places: list[str], root: Path) -> None:
    """Copy paper files into a digest, where no link leads out of it."""
    for place in places:
        target = root / place
        if target.resolve() != root.resolve() / place:
            refuse(f"{place!r} leads elsewhere")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / place, target, follow_symlinks=False)


def own_comment(comments: list[dict[str, Any]], marker: str) -> str:
    """The id of the comment that we wrote before: anybody can write the marker, but not in our name."""
    for comment in comments:
        if (comment.get("user") or {}).get("login") == BOT and (comment.get("body") or "").startswith(marker):
            return str(comment["id"])
    return ""


def pull_request(pulls: list[dict[str, Any]], repository: str, sha: str | None) -> str:
    """The number of the open pull request from a repository's branch, if its tip is still the commit."""
    for pull in pulls:
        head = pull["head"]
        is_from_there = (head.get("repo") or {}).get("full_name") == repository
        if is_from_there and pull["state"] == "open" and sha in {None, head["sha"]}:
            return str(pull["number"])
    return ""


def keeps(old: Path, new: Path) -> None:
    """Refuse a ledger that is none, or that lacks what the old one holds: what was promised to readers stays."""
    fresh = _ledger(new)
    before = _ledger(old) if old.is_file() else {"key": fresh.get("key")}
    if not isinstance(fresh.get("key"), str) or fresh["key"] != before["key"]:
        refuse("the ledger is that of another digest")
    for part, promises in before.items():
        lost = set(promises) - set(fresh.get(part) or ()) if isinstance(promises, dict) else set()
        if lost:
            refuse(f"the ledger lacks {min(lost)!r} of {part}")


def _ledger(path: Path) -> dict[str, Any]:
    try:
        ledger = json.loads(regular(path).read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        refuse(f"{path.name} is not JSON: {error}")
    return ledger if isinstance(ledger, dict) else refuse(f"{path.name} is no ledger")


def _pages() -> list[dict[str, Any]]:
    """What `gh api --paginate --slurp` printed: a list of pages, each a list."""
    return [each for page in json.load(sys.stdin) for each in page]


def main() -> None:
    """One command for each thing that is handed over."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    command = commands.add_parser("text")
    command.add_argument("file", type=Path)
    command.add_argument("--no-mentions", dest="mentions", action="store_false")

    command = commands.add_parser("title")
    command.add_argument("file", type=Path)

    command = commands.add_parser("papers")
    command.add_argument("folder", type=Path)
    command.add_argument("--most", type=int, required=True)
    command.add_argument("--into", type=Path)

    for name in ("daily", "delivery"):
        commands.add_parser(name).add_argument("folder", type=Path)
    for name in ("counts", "issue"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        command.add_argument("--into", type=Path, required=True)

    command = commands.add_parser("sends")
    command.add_argument("step")

    command = commands.add_parser("issue-with")
    command.add_argument("marker")

    command = commands.add_parser("told")
    command.add_argument("prefix")

    command = commands.add_parser("comment")
    command.add_argument("marker")

    command = commands.add_parser("pull-request")
    command.add_argument("repository")
    command.add_argument("sha", nargs="?")

    command = commands.add_parser("ledger")
    command.add_argument("old", type=Path)
    command.add_argument("new", type=Path)

    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # it is a file here
    if given.command == "text":
        sys.stdout.write(text(given.file, LONGEST_TEXT, mentions=given.mentions))
    elif given.command == "title":
        sys.stdout.write(f"{title(given.file)}\n")
    elif given.command == "papers":
        places = papers(given.folder, given.most)
        if given.into:
            put(given.folder, places, given.into)
    elif given.command == "daily":
        sys.stdout.write("".join(f"{place}\n" for place in daily(given.folder)[1]))
    elif given.command == "delivery":
        sys.stdout.write(f"{delivery(given.folder)}\n")
    elif given.command in {"counts", "issue"}:
        put(given.folder, daily(given.folder)[given.command == "issue"], given.into)
    elif given.command == "sends":
        sys.stdout.write(f"{sends(json.load(sys.stdin), given.step)}\n")
    elif given.command == "issue-with":
        sys.stdout.write(issue_with(_pages(), given.marker))
    elif given.command == "told":
        sys.stdout.write("".join(f"{key}\n" for key in told(_pages(), given.prefix)))
    elif given.command == "comment":
        sys.stdout.write(own_comment(_pages(), given.marker))
    elif given.command == "pull-request":
        sys.stdout.write(pull_request(_pages(), given.repository, given.sha))
    else:
        keeps(given.old, given.new)


if __name__ == "__main__":
    main()
