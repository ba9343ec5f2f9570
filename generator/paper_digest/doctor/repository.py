"""The digest's repository on GitHub, as far as `gh` may look: https://cli.github.com. Nothing is changed there."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paper_digest.digest.identity import read_identity
from paper_digest.problems import ProblemsFound

PATIENCE = 20
"""Seconds that `gh` may take for an answer."""
WITHOUT_GH = (
    "GitHub's settings were not looked at, since there is no `gh` here, or it is not signed in: "
    "install it from https://cli.github.com and run `gh auth login`, then this says more."
)


@dataclass(frozen=True)
class Repository:
    """What is asked of a repository; without a name nothing is, and `unseen` says why."""

    name: str = ""
    root: Path = field(default_factory=Path)
    unseen: str = ""

    def __bool__(self) -> bool:
        return bool(self.name)

    def ask(self, path: str) -> Any:
        """What GitHub's API says at a path below the repository; None when it says nothing, or not to us."""
        try:
            done = _gh(self.root, "api", f"repos/{self.name}{path}")
            return json.loads(done.stdout) if done.returncode == 0 else None
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None

    @cached_property
    def about(self) -> dict[str, Any]:
        """The repository itself."""
        return self.ask("") or {}

    @cached_property
    def variables(self) -> dict[str, str]:
        """Its variables, with those of the environment `mail`."""
        found: dict[str, str] = {}
        for path in ("/actions/variables?per_page=30", "/environments/mail/variables?per_page=30"):
            listed = (self.ask(path) or {}).get("variables") or []
            found |= {each["name"]: each["value"] for each in listed}
        return found

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The names of its secrets, with those of the environment `mail`. Nobody can read what they hold."""
        paths = ("/actions/secrets?per_page=100", "/environments/mail/secrets?per_page=100")
        return frozenset(each["name"] for path in paths for each in (self.ask(path) or {}).get("secrets") or [])

    @cached_property
    def workflows(self) -> dict[str, str]:
        """How each workflow stands, by the name of its file: `active`, or why not."""
        listed = (self.ask("/actions/workflows?per_page=100") or {}).get("workflows") or []
        return {Path(each["path"]).stem: each["state"] for each in listed}

    def last_run(self, workflow: str) -> dict[str, Any]:
        """The last run of a workflow that came to an end."""
        runs = self.ask(f"/actions/workflows/{workflow}.yml/runs?per_page=1&status=completed") or {}
        return next(iter(runs.get("workflow_runs") or []), {})


def look(root: Path) -> Repository:
    """The repository of the digest in a folder, if it can be looked at."""
    try:
        address = urlsplit(read_identity(root).repo_url or "")
    except ProblemsFound:
        return Repository()
    if address.hostname != "github.com":
        return Repository(unseen="The repository is not on GitHub: what runs by itself is made for that.")
    if not shutil.which("gh"):
        return Repository(unseen=WITHOUT_GH)
    repository = Repository(address.path.strip("/").removesuffix(".git"), root)
    return repository if repository.about else Repository(unseen=WITHOUT_GH)


def _gh(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["gh", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603 - GitHub's own command
