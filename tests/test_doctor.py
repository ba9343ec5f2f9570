"""What the doctor says of a digest: from its files alone, and with a stand-in for GitHub's command."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from paper_digest.commands.cli import main
from tests.conftest import PAPER, MakeDigest

GH = """import json, pathlib, sys
answers = json.loads(pathlib.Path(__file__).with_name("answers.json").read_text())
path = sys.argv[2].partition("?")[0].removeprefix("repos/team/digest")
sys.exit(print(json.dumps(answers[path]))) if path in answers else sys.exit("HTTP 404")
"""
NOON = "1795608000"  # 25 November 2026
MKDOCS = "site_name: Digest\nsite_url: https://digest.team/\nrepo_url: https://github.com/team/digest\n"
SETTINGS = (
    "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"
    "email: {from: D <d@digest.team>, unsubscribe_url: 'https://leave.example/{token}', address: 1 Street}\n"
)
FILES = {
    "mkdocs.yml": MKDOCS,
    "content/digest.yaml": SETTINGS,
    "content/papers/a.yaml": PAPER + "added: 2026-11-20\n",
    "content/published.json": '{"key": "6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"}\n',
    "content/metrics/2026-11-24.json": '{"date": "2026-11-24", "papers": {\n  "a": {"stars": 1}\n}}\n',
    **{f".github/workflows/{name}.yml": "name: x\n" for name in ("check", "publish", "daily", "send")},
}
MAILING = {
    "DIGEST_LIVE": "yes", "DIGEST_SEND_VIA": "smtp", "DIGEST_SMTP_HOST": "mail.team",
}  # fmt: skip
SET_UP: dict[str, Any] = {
    "": {"default_branch": "main", "has_issues": True},
    "/pages": {"build_type": "workflow", "html_url": "https://digest.team/"},
    "/actions/variables": {"variables": [{"name": name, "value": value} for name, value in MAILING.items()]},
    "/actions/secrets": {"secrets": [{"name": "DIGEST_LEDGER_KEY"}, {"name": "DIGEST_RECIPIENTS"}]},
    "/actions/permissions/workflow": {"can_approve_pull_request_reviews": True},
    "/actions/workflows": {"workflows": [{"path": ".github/workflows/daily.yml", "state": "active"}]},
    "/actions/workflows/daily.yml/runs": {"workflow_runs": [{"conclusion": "success", "created_at": "2026-11-25T05"}]},
    "/branches/main": {"protected": False},
    "/rules/branches/main": [],
    "/pulls": [],
    "/issues": [],
}  # fmt: skip


def doctor(root: Path, answers: dict[str, Any] | None = None, code: int = 0) -> str:
    """What is told; with answers there is a `gh` that gives them."""
    place = root / "bin"
    place.mkdir(exist_ok=True)
    if answers is not None:
        (place / "answers.json").write_text(json.dumps(answers))
        (place / "gh").write_text(f"#!{sys.executable}\n{GH}")
        (place / "gh").chmod(0o755)
    environment = {
        "SOURCE_DATE_EPOCH": NOON,
        "PATH": str(place) if answers is None else f"{place}:{os.environ['PATH']}",
    }
    told = CliRunner().invoke(main, ["doctor", "--root", str(root)], env=environment)
    assert told.exit_code == code, told.output
    return told.output


def test_a_digest_that_is_set_up_lacks_nothing(make_digest: MakeDigest) -> None:
    told = doctor(make_digest(FILES), SET_UP)
    assert "todo" not in told, told
    assert told.endswith("Nothing is missing.\n")
    for area in ("Site\n", "Feeds\n", "Daily\n", "Mail\n"):
        assert area in told


def test_without_githubs_command_it_says_what_it_did_not_see(make_digest: MakeDigest) -> None:
    told = doctor(make_digest(FILES))
    assert "gh auth login" in told
    assert "?     Whether mail is switched on" in told
    assert "DIGEST_LIVE" not in told, "nothing is claimed of what was not seen"


def test_a_fresh_fork_is_told_one_thing_after_the_other(make_digest: MakeDigest) -> None:
    told = doctor(make_digest({**FILES, "mkdocs.yml": MKDOCS}), {"": SET_UP[""]})
    assert "Next: Settings → Secrets and variables → Actions → Variables: make DIGEST_LIVE, of any value." in told
    assert "todo  Pages are not switched on." in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"/pages": {"build_type": "legacy"}}, "Pages are not made by the workflow."),
        ({"/branches/main": {"protected": True}}, "main is protected, and the workflows have no token"),
        ({"/rules/branches/main": [{"type": "pull_request"}]}, "main is protected, and the workflows have no token"),
        ({"/actions/permissions/workflow": {}}, "Workflows may not open pull requests"),
        ({"": {"default_branch": "main", "has_issues": False}}, "Issues are switched off"),
        ({"/actions/secrets": {"secrets": [{"name": "DIGEST_RECIPIENTS"}]}}, "DIGEST_LEDGER_KEY is not set."),
        (
            {"/actions/workflows": {"workflows": [{"path": "x/daily.yml", "state": "disabled_inactivity"}]}},
            "`daily` is switched off (disabled_inactivity)",
        ),
        (
            {"/pulls": [{"head": {"ref": "issue-2026-11-24"}, "title": "Issue of 2026-11-24", "html_url": "https://x"}]},
            "A draft waits: “Issue of 2026-11-24”.",
        ),
        (
            {"/issues": [{"title": "Look", "body": "<!-- paper-digest: tell push -->", "html_url": "https://x"}]},
            "What to do stands in https://x",
        ),
        (
            {"/actions/workflows/daily.yml/runs": {"workflow_runs": [{"conclusion": "failure", "html_url": "https://x"}]}},
            "The last daily run did not come to its end.",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_on_github_is_told_with_what_to_do(
    make_digest: MakeDigest, changes: dict[str, Any], words: str
) -> None:
    told = doctor(make_digest(FILES), SET_UP | changes)
    assert words in told
    assert "Next: " in told


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"content/papers/b.yaml": "title: [\n"}, "The content has 1 error."),
        ({"mkdocs.yml": MKDOCS.replace("digest.team/", "digest.example.org/")}, "The site's address is made up"),
        ({"content/metrics/2026-11-24.json": "", "content/metrics/2026-11-20.json":
            '{"date": "2026-11-20", "papers": {\n  "a": {"stars": 1}\n}}\n'}, "Nothing was counted since 2026-11-20."),
        ({"content/papers/a.yaml": PAPER}, "No paper is in a feed."),
        ({"content/digest.yaml": "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"}, "Letters have no sender."),
    ],
)  # fmt: skip
def test_what_is_missing_in_the_files_is_told(make_digest: MakeDigest, files: dict[str, str], words: str) -> None:
    root = make_digest({**FILES, **files})
    for name, content in files.items():
        if not content:
            (root / name).unlink()
    assert words in doctor(root, SET_UP)


def test_a_githubs_command_that_answers_nonsense_is_no_fault(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    doctor(root, SET_UP)
    (root / "bin/gh").write_text("#!/bin/sh\necho '<html>'\n")
    told = CliRunner().invoke(
        main,
        ["doctor", "--root", str(root)],
        env={"SOURCE_DATE_EPOCH": NOON, "PATH": f"{root}/bin:{os.environ['PATH']}"},
    )
    assert told.exit_code == 0
    assert "gh auth login" in told.output
