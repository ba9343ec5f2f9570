"""A forge of paper: a bare repository with a clone of it, as a runner has one, and a `gh` that answers from a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import PAPER, REPOSITORY

SCRIPTS = REPOSITORY / ".github/scripts"
GH = r"""
# Plays the parts of `gh` that the scripts use, on a file of JSON.
import json, os, pathlib, sys

place = pathlib.Path(os.environ["FORGE"])
forge = json.loads(place.read_text())
arguments = sys.argv[1:]
forge["asked"].append(arguments)
place.write_text(json.dumps(forge))

if arguments[:2] == ["run", "download"]:
    options = dict(zip(arguments[3::2], arguments[4::2]))
    import shutil
    shutil.copytree(forge["artifacts"][options["--name"]], options["--dir"], symlinks=True, dirs_exist_ok=True)
    sys.exit()

assert arguments.pop(0) == "api", arguments
method, fields, jq, address, silent = "GET", {}, None, None, False
while arguments:
    each = arguments.pop(0)
    if each == "-X":
        method = arguments.pop(0)
    elif each in ("-f", "-F"):
        name, _, value = arguments.pop(0).partition("=")
        fields[name] = pathlib.Path(value[1:]).read_text() if each == "-F" and value[:1] == "@" else value
    elif each == "--jq":
        jq = arguments.pop(0)
    elif each == "-H":
        arguments.pop(0)
    elif each in ("--paginate", "--slurp", "--silent"):
        silent = silent or each == "--silent"
    else:
        address = each.partition("?")
address, _, query = address
assert address.startswith("repos/team/digest/"), address
address = address[len("repos/team/digest/"):]
parts = address.split("/")

if parts[0] == "contents":
    sys.stdout.write((pathlib.Path(os.environ["REPOSITORY"]) / "/".join(parts[1:])).read_text())
    sys.exit()
if address == "issues" and method == "POST":
    if not forge["has_issues"]:
        sys.exit('{"message": "Issues has been disabled in this repository.", "status": "410"}')
    number = 100 + len(forge["issues"])
    answer = {"number": number, "state": "open", "user": {"login": "github-actions[bot]"}} | fields
    forge["issues"].append(answer)
elif address == "issues":
    answer = [[]] + [
        [each] for each in forge["issues"] if fields["state"] in ("all", each["state"])
    ]
elif parts[0] == "issues" and method == "PATCH" and parts[1].isdigit():
    [answer] = [each for each in forge["issues"] if each["number"] == int(parts[1])]
    answer |= fields
elif parts[0] == "issues" and parts[1] == "comments":
    [answer] = [each for each in forge["comments"] if each["id"] == int(parts[2])]
    answer["body"] = fields["body"]
elif parts[0] == "issues" and method == "POST":
    answer = {"id": 100 + len(forge["comments"]), "issue": parts[1], "user": {"login": "github-actions[bot]"}} | fields
    forge["comments"].append(answer)
elif parts[0] == "issues":
    answer = [[each] for each in forge["comments"] if each["issue"] == parts[1]] or [[]]
elif address == "pulls" and method == "POST":
    if forge["forbids"]:
        sys.exit('{"message": "GitHub Actions is not permitted to create or approve pull requests."}')
    number = 7 + len(forge["pulls"])
    head = {"ref": fields["head"], "sha": "", "repo": {"full_name": "team/digest"}}
    answer = {"number": number, "state": "open", "html_url": f"https://forge.example/pull/{number}"} | fields
    answer["head"] = head
    forge["pulls"].append(answer)
elif address == "pulls":
    owner, _, branch = fields["head"].partition(":")
    answer = [[]] + [
        [pull] for pull in forge["pulls"]
        if pull["head"]["ref"] == branch and pull["state"] == fields["state"]
    ]
elif parts[0] == "pulls":
    [answer] = [pull for pull in forge["pulls"] if pull["number"] == int(parts[1])]
    answer |= fields
elif parts[:2] == ["actions", "runs"] and parts[-1] == "jobs":
    answer = forge["jobs"].get(f"{parts[2]}-{parts[4]}", {"jobs": []})
elif parts[0] == "actions":
    answer = {"total_count": int(query.partition("=")[2] in forge["artifacts"])}
else:
    sys.exit(f"what is {address}?")
place.write_text(json.dumps(forge))
if not silent:
    print(answer[jq[1:]] if jq else json.dumps(answer))
"""

FIRST = {"content/papers/2024/a-paper.yaml": PAPER, "content/published.json": '{"key": "k", "papers": {"a": {}}}\n'}


class Forge:
    """A repository with a clone of it, as a runner has one, and the issues and pull requests about it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.origin = place / "origin.git"
        self.clone = place / "clone"
        self.state = place / "forge.json"
        self.outcome = place / "outcome"
        (place / "bin").mkdir()
        (place / "bin/gh").write_text(f"#!{sys.executable} -ISE\n{GH}")
        (place / "bin/gh").chmod(0o755)
        (place / "temporary").mkdir()
        self.write(asked=[], comments=[], issues=[], pulls=[], artifacts={}, jobs={}, forbids=False, has_issues=True)
        self.environment = {
            "PATH": os.pathsep.join([str(place / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(place), "TMPDIR": str(place / "temporary"), "RUNNER_TEMP": str(place / "temporary"),
            "FORGE": str(self.state), "REPOSITORY": str(REPOSITORY), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GH_TOKEN": "secret", "GH_REPO": "team/digest", "GITHUB_REF_NAME": "main", "GITHUB_RUN_ID": "42",
            "GITHUB_SERVER_URL": "https://forge.example", "GITHUB_SHA": "5" * 40,
        }  # fmt: skip
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin), at=place)
        self.push(FIRST, "The beginning")
        self.fresh_clone()

    def __getattr__(self, name: str) -> Any:
        return json.loads(self.state.read_text("utf-8"))[name]

    def write(self, **values: Any) -> None:
        state = json.loads(self.state.read_text("utf-8")) if self.state.exists() else {}
        self.state.write_text(json.dumps(state | values), "utf-8")

    def git(self, *arguments: str, at: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=at or self.origin, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def push(self, files: dict[str, str], message: str, branch: str = "main") -> None:
        """Somebody pushes a commit."""
        desk = self.place / "desk"
        self.git("clone", "--quiet", str(self.origin), str(desk), at=self.place)
        known = branch in self.git("branch", "--list", "--format=%(refname:short)").split()
        self.git("checkout", "--quiet", "-B", branch, *([f"origin/{branch}"] if known else []), at=desk)
        for name, content in files.items():
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            (desk / name).write_text(content, "utf-8")
        self.git("add", "--all", at=desk)
        self.git("commit", "--quiet", "--message", message, at=desk)
        self.git("push", "--quiet", "origin", branch, at=desk)
        shutil.rmtree(desk)

    def fresh_clone(self, depth: int | None = None) -> None:
        """What actions/checkout leaves."""
        shutil.rmtree(self.clone, ignore_errors=True)
        shallow = [f"--depth={depth}"] if depth else []
        self.git("clone", "--quiet", *shallow, self.origin.as_uri(), str(self.clone), at=self.place)

    def run(self, script: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return self.bash(f'bash "{SCRIPTS}/{script}" "$@"', *arguments, **more)

    def bash(self, script: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script, "bash", *map(str, arguments)],
            cwd=self.clone, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def hand_over(self, **files: str) -> Path:
        """A job's outcome; a name's `__` stands for a slash, and `_md` for the suffix."""
        shutil.rmtree(self.outcome, ignore_errors=True)
        for name, content in files.items():
            path = self.outcome / name.replace("__", "/").replace("_md", ".md").replace("_yaml", ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        return self.outcome

    def branches(self) -> list[str]:
        return self.git("branch", "--list", "--format=%(refname:short)").split()

    def shown(self, branch: str, path: str) -> str:
        return self.git("show", f"{branch}:{path}")
