"""A digest as it was at a git revision, taken out into a folder. The repository and its work tree stay untouched."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

from paper_digest.catalog.files import CONTENT
from paper_digest.digest.config import CONFIG

LONGEST_ANSWER = 5 * 60
"""Seconds after which git is stopped."""


class NoBase(Exception):  # noqa: N818 - it says what is the matter
    """There is nothing to compare with: a sentence that says why, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}\n    {remedy}")


class _GitRefused(Exception):  # noqa: N818 - it says what happened
    """git ended with an error; its last words are the message."""


def take_out(root: Path, revision: str, place: Path) -> bool:
    """Write the digest of `root` as it was at a revision into the folder `place`: content/ and mkdocs.yml.

    Nothing is written when there was no digest yet. Whether the work tree has all that the revision has, and so only
    went on from there, is returned. Raises NoBase when git is missing, `root` is in no repository, or it knows no such
    revision.
    """
    commit = _commit(root, revision)
    try:
        _unpack(root, commit, place)
    except (_GitRefused, tarfile.TarError) as error:
        what = f"git cannot give out the digest at `{revision}`: {error}"
        raise NoBase(
            what, "see whether `git fsck` is content, or name a folder that holds the earlier digest"
        ) from None
    return _went_on_from(root, commit)


def changed(root: Path, revision: str) -> tuple[str, ...]:
    """The files of the digest's folder that are not as they were at a revision, new ones among them."""
    commit = _commit(root, revision)
    try:
        names_alone = ("--name-only", "--no-renames", "--no-ext-diff", "-z", "--relative")
        found = _git(root, "diff", *names_alone, commit, "--", ".")
        found += "\0" + _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    except _GitRefused as refused:
        remedy = "see whether `git fsck` is content, or name a folder that holds the earlier digest"
        raise NoBase(f"git cannot tell which files changed since `{revision}`: {refused}", remedy) from None
    return tuple(name for name in found.split("\0") if name)


def _commit(root: Path, revision: str) -> str:
    otherwise = "name a branch, a tag or a commit, or a folder that holds the earlier digest"
    if revision.startswith("-") or not revision.isprintable() or not revision:
        raise NoBase(f"`{revision[:80]}` is neither a folder with a digest nor a git revision", otherwise)
    try:
        _git(root, "rev-parse", "--show-toplevel")
    except _GitRefused as refused:
        what = f"`{revision}` is not a folder with a digest, and git knows no repository around {root}: {refused}"
        raise NoBase(what, "name a folder that holds the earlier digest") from None
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except _GitRefused:
        what = f"`{revision}` is neither a folder with a digest nor a git revision"
        remedy = f"{otherwise}; one that is not here yet has to be fetched first (a shallow clone holds few)"
        raise NoBase(what, remedy) from None


def _unpack(root: Path, commit: str, place: Path) -> None:
    try:
        tree = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./")
    except _GitRefused:
        return  # the digest's folder was not there yet
    top = Path(_git(root, "rev-parse", "--show-toplevel"))
    there = _git(top, "ls-tree", "-z", "--name-only", tree).split("\0")
    wanted = [name for name in (CONTENT, CONFIG) if name in there]
    if not wanted:
        return
    archive = place / ".base.tar"
    _git(top, "archive", "--format=tar", f"--output={archive}", tree, "--", *wanted)
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter=_harmless)  # noqa: S202 - that is what the filter is for
    archive.unlink()


def _harmless(member: tarfile.TarInfo, place: str) -> tarfile.TarInfo | None:
    """Whatever stays within the folder; a link that leads out of it is left out."""
    try:
        return tarfile.data_filter(member, place)
    except tarfile.FilterError:
        return None


def _went_on_from(root: Path, commit: str) -> bool:
    """Whether HEAD holds the commit. Where git cannot tell, as in a shallow clone, it is taken to."""
    try:
        return _git(root, "merge-base", commit, "HEAD") == commit
    except _GitRefused:
        return True


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", os.fspath(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no shell; a revision is no option
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=LONGEST_ANSWER
        )
    except FileNotFoundError:
        raise NoBase(
            "git is not installed, and only it can tell what an earlier revision held",
            "install git, or name a folder that holds the earlier digest",
        ) from None
    except subprocess.TimeoutExpired:
        raise NoBase(
            f"git did not answer within {LONGEST_ANSWER // 60} minutes (`git {arguments[0]}`)",
            "see what it waits for, or name a folder that holds the earlier digest",
        ) from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _GitRefused(lines[0].removeprefix("fatal: ") if lines else f"it ended with status {done.returncode}")
    return os.fsdecode(done.stdout).removesuffix("\n")
