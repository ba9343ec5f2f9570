"""Stars of repositories at GitHub (https://docs.github.com/en/rest/repos/repos#get-a-repository)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from paper_digest.importing.counts.counting import Counted, CountingWeb, count, one_by_one
from paper_digest.importing.found import dig

HOST = "api.github.com"
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
# What GitHub has itself where others have their names.
_NO_OWNERS = frozenset(
    "about apps collections enterprise explore features login marketplace orgs search settings sponsors topics".split()
)


def repository(url: str) -> str | None:
    """The repository that a link leads to or into, as `owner/name` in small letters; None when it is none at GitHub."""
    parts = urlsplit(url)
    if (parts.hostname or "").removeprefix("www.") != "github.com":
        return None
    owner, name, *_ = [*filter(None, parts.path.split("/")), "", ""]
    name = name.removesuffix(".git")
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or owner.lower() in _NO_OWNERS:
        return None
    return f"{owner}/{name}".lower()


def stars(web: CountingWeb, repositories: Sequence[str]) -> Counted:
    """The stars of repositories. One that was renamed is found at its new place, and that is told."""
    return one_by_one(
        web,
        HOST,
        repositories,
        lambda name: f"https://{HOST}/repos/{name}",
        _take,
        missing="github.com/{}: there is no such repository (any more)",
    )


def _take(asked: str, answer: object, counted: Counted) -> None:
    found = count(dig(answer, "stargazers_count"))
    if found is not None:
        counted.counts[asked] = found
    name = dig(answer, "full_name")
    if isinstance(name, str) and repository(f"https://github.com/{name}") not in {asked, None}:
        counted.notes.append(f"github.com/{asked}: is called {name} now")
