"""The contributor's path on GitHub: issue forms, workflows, and their scripts, run against a forge of paper."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from generator.importers import forms
from tests.conftest import PAPER, REPOSITORY, MakeDigest

GITHUB = REPOSITORY / ".github"
SCRIPTS = GITHUB / "scripts"
FOUNDING_KEY = "708d3658-f68a-40aa-8251-d05f2a93cd5f"
BOT = "github-actions[bot]"
Data = dict[str, Any]


def read(path: Path) -> Data:
    """A workflow or form. YAML 1.1 takes the key `on` for a truth value."""
    data: dict[str | bool, Any] = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if isinstance(key, bool) else key: value for key, value in data.items()}


WORKFLOWS = {path.stem: read(path) for path in sorted((GITHUB / "workflows").glob("*.yml"))}
JOBS: dict[str, Data] = {
    f"{name}/{job}": each for name, flow in WORKFLOWS.items() for job, each in flow["jobs"].items()
}
STEPS = [(name, step) for name, job in JOBS.items() for step in job.get("steps", ())]
RUNS = [(name, step["run"]) for name, step in STEPS if "run" in step]


# ---- what every workflow promises ------------------------------------------------------------------------------------

READ = {"contents": "read"}
PERMISSIONS = {
    "check/check": READ,
    "comment/comment": {"actions": "read", "contents": "read", "pull-requests": "write"},
    "daily/gather": READ,
    "daily/commit": {"actions": "read", "contents": "write", "pull-requests": "write"},
    "daily/publish": {
        "actions": "read",
        "contents": "write",
        "id-token": "write",
        "pages": "write",
        "pull-requests": "write",
    },
    "from-issue/read": READ,
    "from-issue/answer": {"actions": "read", "contents": "write", "issues": "write", "pull-requests": "write"},
    "publish/check": READ,
    "publish/build": READ,
    "publish/deploy": {"pages": "write", "id-token": "write"},
    "publish/record": {"actions": "read", "contents": "write", "pull-requests": "write"},
    "publish/send": {"actions": "read", "contents": "write"},
    "send/due": READ,
    "send/claim": {"contents": "write"},
    "send/send": READ,
    "send/record": {"actions": "read", "contents": "write"},
    "verify/ask": READ,
    "verify/propose": {"actions": "read", "contents": "write", "pull-requests": "write"},
}


def test_a_job_may_do_what_it_has_to_and_nothing_by_default() -> None:
    assert {name: flow["permissions"] for name, flow in WORKFLOWS.items()} == {name: {} for name in WORKFLOWS}
    assert {name: job["permissions"] for name, job in JOBS.items()} == PERMISSIONS


def test_a_job_that_runs_the_digests_code_may_only_read() -> None:
    running = {name for name, run in RUNS if re.search(r"\bmake\b|\.ci/run|paper-digest |take-in", run)}
    assert running == {
        *("check/check", "daily/gather", "from-issue/read", "publish/build", "send/due", "send/send", "verify/ask"),
    }
    assert all(JOBS[name]["permissions"] == READ for name in running)


def test_every_action_is_pinned_by_its_commit() -> None:
    for path in (GITHUB / "workflows").glob("*.yml"):
        for used in re.findall(r"uses: (\S+.*)", path.read_text("utf-8")):
            assert re.fullmatch(r"\$/\.github/workflows/[\w-]+\.yml|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_no_checkout_leaves_credentials_behind() -> None:
    checkouts = [step for _, step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_no_expression_becomes_part_of_a_script() -> None:
    assert [name for name, run in RUNS if "${{" in run] == []


def test_every_job_ends_in_time_and_every_workflow_says_what_may_run_at_once() -> None:
    assert [name for name, job in JOBS.items() if "uses" not in job and not 0 < job["timeout-minutes"] <= 60] == []
    assert all(
        flow["concurrency"]["group"] and "cancel-in-progress" in flow["concurrency"] for flow in WORKFLOWS.values()
    )
    assert "github.event.issue.number" in WORKFLOWS["from-issue"]["concurrency"]["group"]


@pytest.mark.parametrize(
    "script",
    [*(run for _, run in RUNS), *(path.read_text("utf-8") for path in sorted(SCRIPTS.glob("*.sh")))],
    ids=[*(name for name, _ in RUNS), *(path.name for path in sorted(SCRIPTS.glob("*.sh")))],
)
def test_every_script_is_a_script(script: str) -> None:
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_script_that_a_workflow_names_is_there() -> None:
    named = {name for _, run in RUNS for name in re.findall(r"\.github/scripts/([\w.-]+)", run)}
    assert named - {path.name for path in SCRIPTS.iterdir()} == set()


def test_zizmor_finds_nothing_but_the_one_trigger_that_says_why() -> None:
    """https://docs.zizmor.sh: without `on: workflow_run`, nothing could speak for what a fork's run says."""
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [str(zizmor), "--offline", "--persona=pedantic", "--no-progress", str(GITHUB)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ignored = [
        (path.name, line)
        for path in GITHUB.rglob("*")
        if path.suffix in {".yml", ".yaml"}
        for line in path.read_text("utf-8").splitlines()
        if "zizmor" in line
    ]
    assert ignored == [("comment.yml", "on: # zizmor: ignore[dangerous-triggers]")]


# ---- what each promises ----------------------------------------------------------------------------------------------


def test_strangers_code_runs_as_strangers_code() -> None:
    triggers = {name: set(flow["on"]) for name, flow in WORKFLOWS.items()}
    assert triggers["check"] == {"pull_request", "workflow_call"}
    assert [name for name, on in triggers.items() if "pull_request_target" in on] == []
    assert [name for name, on in triggers.items() if "workflow_run" in on] == ["comment"]


def test_one_job_named_check_can_be_required() -> None:
    [(key, job)] = WORKFLOWS["check"]["jobs"].items()
    assert (key, job["name"]) == ("check", "check")


def test_a_check_marks_lines_before_it_runs_the_tests_and_style_fails_nothing() -> None:
    steps = [step.get("run", "") for step in JOBS["check/check"]["steps"]]
    [marks], [tests], [style] = (
        [number for number, run in enumerate(steps) if words in run]
        for words in ("check --format github", ".ci/run", "fmt --check")
    )
    assert marks < style < tests
    told = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", steps[style].replace(".venv/bin/paper-digest", "false")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(" ")[0] for line in told.stdout.splitlines()] == ["::notice", "::notice"]


def test_only_what_readers_notice_is_kept_for_a_comment() -> None:
    kept = {
        step["with"]["name"]: step for _, step in STEPS if "upload-artifact@" in step.get("uses", "") and step["with"]
    }
    assert kept["comment"]["with"]["path"] == "${{ runner.temp }}/comment/comment.md"
    assert kept["comment"]["if"] == "github.event_name == 'pull_request'"
    assert kept["site"]["with"]["path"] == "build/site"


def test_the_comment_touches_nothing_of_the_pull_request() -> None:
    job = JOBS["comment/comment"]
    assert job["if"] == "github.event.workflow_run.event == 'pull_request'"
    assert [step for step in job["steps"] if "uses" in step] == []
    assert "make" not in "".join(step["run"] for step in job["steps"])
    assert "git " not in "".join(step["run"] for step in job["steps"])


def test_nothing_is_published_until_the_repository_is_live() -> None:
    live = "vars.DIGEST_LIVE != ''"
    assert JOBS["publish/build"]["if"] == JOBS["verify/ask"]["if"] == JOBS["daily/gather"]["if"] == live
    assert JOBS["send/due"]["if"] == f"{live} && vars.DIGEST_SEND_VIA != ''"
    needs = {name: JOBS[name]["needs"] for name in ("publish/deploy", "publish/record", "verify/propose")}
    assert needs == {"publish/deploy": "build", "publish/record": "deploy", "verify/propose": "ask"}


def test_a_form_is_read_where_the_digest_is_at_home_and_on_a_fork_that_is_live() -> None:
    condition = " ".join(JOBS["from-issue/read"]["if"].split())
    assert condition.startswith("(github.event.repository.fork == false || vars.DIGEST_LIVE != '') && ")
    for question in (forms.LINK, forms.WHAT):
        assert f"contains(github.event.issue.body, '### {question}')" in condition


# ---- the forms -------------------------------------------------------------------------------------------------------


def fields(form: str) -> list[Data]:
    return [field for field in read(GITHUB / f"ISSUE_TEMPLATE/{form}.yml")["body"] if field["type"] != "markdown"]


def labels(form: str) -> list[str]:
    return [field["attributes"]["label"] for field in fields(form)]


def options(form: str, question: str) -> list[str]:
    [field] = [field for field in fields(form) if field["attributes"]["label"] == question]
    choices: list[str] = field["attributes"]["options"]
    return choices


def test_the_forms_ask_what_is_understood() -> None:
    new = {forms.LINK, forms.TITLE, forms.AUTHORS, forms.ABSTRACT, forms.CATEGORY, forms.TAGS, forms.SUMMARY}
    assert sorted(labels("add-paper")) == sorted(new)
    assert labels("correct-paper") == [forms.PAPER, forms.WHAT, forms.RIGHT, forms.PROOF]
    assert options("correct-paper", forms.WHAT) == list(forms.TOPICS)
    assert options("add-paper", forms.CATEGORY)[0] == forms.NOT_SURE


def test_a_papers_page_fills_in_the_form_for_corrections() -> None:
    assert [field["id"] for field in fields("correct-paper")] == ["paper", "what", "right", "proof"]


def test_nothing_but_what_is_wrong_has_to_be_known() -> None:
    assert [field for field in fields("add-paper") if field.get("validations")] == []
    assert read(GITHUB / "ISSUE_TEMPLATE/config.yml")["blank_issues_enabled"] is True


def test_the_form_offers_the_founding_digests_categories() -> None:
    """A fork has other categories, and may not want the form."""
    if yaml.safe_load((REPOSITORY / "content/digest.yaml").read_text("utf-8"))["key"] != FOUNDING_KEY:
        pytest.skip("this is another digest")
    categories = yaml.safe_load((REPOSITORY / "content/categories.yaml").read_text("utf-8"))
    current = [f"{category['title']} ({category['id']})" for category in categories]
    assert options("add-paper", forms.CATEGORY) == [forms.NOT_SURE, *current]


# ---- a forge of paper ------------------------------------------------------------------------------------------------

GH = r"""
# Plays the parts of `gh` that the scripts use, on a file of JSON.
import json, os, pathlib, re, shutil, sys

place = pathlib.Path(os.environ["FORGE"])
forge = json.loads(place.read_text())
arguments = sys.argv[1:]
forge["asked"].append(arguments)
place.write_text(json.dumps(forge))

if arguments[:2] == ["run", "download"]:
    options = dict(zip(arguments[3::2], arguments[4::2]))
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
if parts[0] == "issues" and parts[1] == "comments":
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
        (place / "bin/gh").write_text(f"#!{sys.executable}\n{GH}")
        (place / "bin/gh").chmod(0o755)
        (place / "temporary").mkdir()
        self.write(asked=[], comments=[], pulls=[], artifacts={}, forbids=False)
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

    def fresh_clone(self) -> None:
        """What actions/checkout leaves: the tip alone."""
        shutil.rmtree(self.clone, ignore_errors=True)
        self.git("clone", "--quiet", "--depth=1", self.origin.as_uri(), str(self.clone), at=self.place)

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


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def untrusted() -> ModuleType:
    spec = importlib.util.spec_from_file_location("untrusted", SCRIPTS / "untrusted.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- what is handed over is data -------------------------------------------------------------------------------------

HOSTILE_TITLES = [
    "Add it\nSigned-off-by: Somebody",
    "Add `touch pwned` $(touch pwned)",
    "; touch pwned; '\"",
    "--amend --author=Somebody",
    "Add it [skip ci] @everyone <!-- x -->\x1b[31m\x00",
    "A" * 5_000,
    "\u202e\u0627",
]


@pytest.mark.parametrize("hostile", HOSTILE_TITLES)
def test_a_title_is_one_harmless_line(forge: Forge, hostile: str) -> None:
    folder = forge.hand_over(title=hostile)
    done = forge.run(
        "propose.sh", *proposal(forge, title=forge.bash(UNTRUSTED + ' title "$1"', folder / "title").stdout)
    )
    assert done.returncode == 0, done.stderr
    message = forge.git("log", "-1", "--format=%B", "issue-5")
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ,:._-]{0,99}", message)
    assert forge.pulls[0]["title"].strip() == message
    assert list(forge.place.rglob("pwned")) == []


UNTRUSTED = f'python3 -I "{SCRIPTS}/untrusted.py"'


def proposal(forge: Forge, title: str = "Add new-paper") -> tuple[object, ...]:
    """Arguments of propose.sh for a new paper."""
    paper = forge.place / "handed/content/papers/2025/new-paper.yaml"
    paper.parent.mkdir(parents=True, exist_ok=True)
    if not paper.exists():
        paper.write_text(PAPER, "utf-8")
    body = forge.place / "body.md"
    body.write_text("From #5\n", "utf-8")
    return forge.place / "handed", 20, "issue-5", title.strip(), body


def test_a_text_is_cut_at_a_line_and_holds_no_control_characters(tmp_path: Path) -> None:
    module = untrusted()
    path = tmp_path / "text.md"
    path.write_text("a\x00b\x1b[31m\tc\r\nd\u202ee\n", "utf-8")
    assert module.text(path, 100, mentions=True) == "ab[31m\tc\nde\n"
    path.write_text("é@someone says\n" * 1_000_000, "utf-8")
    cut = module.text(path, 60_000, mentions=False)
    assert 59_000 < len(cut) <= 60_000
    assert cut.endswith(f"says{module.CUT}")
    assert "@someone" not in cut
    path.write_bytes(b"\xff\xfe broken")
    assert "broken" in module.text(path, 100, mentions=True)


@pytest.mark.parametrize(
    "place",
    ["content/papers/../../x.yaml", "/content/papers/x.yaml", "content/papers/x.yaml\n", "content/papers/..yaml",
     "content/papers//x.yaml", "content/papers/a\nb.yaml"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_no_papers_file(place: str) -> None:
    assert not untrusted().PAPER.fullmatch(place)


def hostile_artifacts() -> Iterator[tuple[str, Any]]:
    def write(name: str, size: int, folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x" * size, "utf-8")

    def link(name: str, target: str, folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target)

    def many(folder: Path) -> None:
        for number in range(21):
            write(f"content/papers/2025/p{number}.yaml", 1, folder)

    for name in ("mkdocs.yml", ".github/workflows/check.yml", "content/digest.yaml", "content/papers/.hidden.yaml",
                 "content/papers/x.md", "content/papers/x.yaml/y", "content/papers/$(touch pwned).yaml"):  # fmt: skip
        yield name, partial(write, name, 1)
    yield "a huge file", partial(write, "content/papers/huge.yaml", 1_000_001)
    yield "a link to a file", partial(link, "content/papers/passwd.yaml", "/etc/passwd")
    yield "a link to nothing", partial(link, "content/papers/nothing.yaml", "nowhere")
    yield "a link to a folder", partial(link, "content/papers/2025", "..")
    yield "many files", many


@pytest.mark.parametrize(
    "make", [make for _, make in hostile_artifacts()], ids=[name for name, _ in hostile_artifacts()]
)
def test_what_is_not_a_papers_file_stops_everything(forge: Forge, make: Any) -> None:
    folder = forge.hand_over(answer_md="Thank you.", title="Add x")
    make(folder / "files")
    done = forge.run("answer-issue.sh", 5, folder)
    assert done.returncode == 1
    assert "refused: " in done.stderr
    assert (forge.branches(), forge.pulls, forge.comments) == (["main"], [], [])
    assert forge.git("status", "--porcelain", at=forge.clone) == ""


def test_a_link_in_the_repository_leads_nowhere_either(forge: Forge) -> None:
    (forge.place / "elsewhere").mkdir()
    (forge.clone / "content/papers/2025").symlink_to(forge.place / "elsewhere")
    done = forge.run("propose.sh", *proposal(forge))
    assert done.returncode == 1
    assert "leads elsewhere" in done.stderr
    assert list((forge.place / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("name", ["answer.md", "title"])
def test_a_text_that_is_a_link_is_refused(forge: Forge, name: str) -> None:
    folder = forge.hand_over(answer_md="Thank you.", title="Add x", files__content__papers__x_yaml=PAPER)
    (folder / name).unlink()
    (folder / name).symlink_to("/etc/passwd")
    assert forge.run("answer-issue.sh", 5, folder).returncode == 1
    assert (forge.pulls, forge.comments) == ([], [])


def test_a_reading_job_hands_over_papers_and_nothing_else(forge: Forge) -> None:
    changed, new = forge.clone / "content/papers/2024/a-paper.yaml", forge.clone / "content/papers/2025/new-paper.yaml"
    new.parent.mkdir()
    changed.write_text(PAPER + "tags: [mri]\n", "utf-8")
    new.write_text(PAPER, "utf-8")
    handed = forge.place / "handed"
    assert forge.run("hand-over.sh", handed, 20).returncode == 0
    assert {path.relative_to(handed) for path in handed.rglob("*.yaml")} == {
        path.relative_to(forge.clone) for path in (changed, new)
    }
    (forge.clone / "mkdocs.yml").write_text("site_name: Ours now\n", "utf-8")
    assert forge.run("hand-over.sh", forge.place / "again", 20).returncode == 1


def test_a_reading_job_hands_over_no_deletion(forge: Forge) -> None:
    (forge.clone / "content/papers/2024/a-paper.yaml").unlink()
    done = forge.run("hand-over.sh", forge.place / "handed", 20)
    assert (done.returncode, done.stderr) == (1, "refused: a file was deleted\n")


# ---- an issue becomes a pull request ---------------------------------------------------------------------------------


def answer(forge: Forge, **files: str) -> str:
    """Answer issue 5, in a clone of its own as every run has one, and give its one comment."""
    forge.fresh_clone()
    done = forge.run("answer-issue.sh", 5, forge.hand_over(**files))
    assert done.returncode == 0, done.stderr
    [comment] = [each for each in forge.comments if each["user"] == {"login": BOT}]
    assert comment["issue"] == "5"
    return str(comment["body"])


TAKEN = {
    "answer_md": "Thank you. This is added.\n", "title": "Add new-paper\n", "diff_md": "**1 paper added**\n",
    "files__content__papers__2025__new-paper_yaml": PAPER,
}  # fmt: skip
PLACE = "content/papers/2025/new-paper.yaml"


def test_a_form_becomes_a_branch_a_pull_request_and_a_comment(forge: Forge) -> None:
    comment = answer(forge, **TAKEN)
    assert "Thank you. This is added.\n" in comment
    assert "https://forge.example/pull/7" in comment
    assert forge.git("diff", "--name-only", "main", "issue-5") == PLACE
    assert forge.git("log", "-1", "--format=%an|%cn|%B", "issue-5") == f"{BOT}|{BOT}|Add new-paper"
    [pull] = forge.pulls
    assert (pull["title"], pull["head"]["ref"], pull["base"]) == ("Add new-paper", "issue-5", "main")
    assert pull["body"].startswith("From #5 (closes #5).")
    assert "This is added." in pull["body"]
    assert "**1 paper added**" in pull["body"]


def test_an_edited_issue_updates_its_branch_its_pull_request_and_its_comment(forge: Forge) -> None:
    answer(forge, **TAKEN)
    forge.push({"content/papers/2024/other.yaml": PAPER}, "Meanwhile")
    edited = {"files__content__papers__2025__new-paper_yaml": PAPER + "tags: [mri]\n", "title": "Add new-paper, better"}
    comment = answer(forge, **TAKEN | edited | {"answer_md": "Now with a tag.\n"})
    assert "Now with a tag." in comment
    assert "tags: [mri]" in forge.shown("issue-5", PLACE)
    assert forge.git("rev-list", "--count", "main..issue-5") == "1"
    [pull] = forge.pulls
    assert (pull["number"], pull["title"]) == (7, "Add new-paper, better")
    assert "Now with a tag." in pull["body"]


def test_a_form_that_was_refused_is_answered_and_changes_nothing(forge: Forge) -> None:
    comment = answer(forge, answer_md="This could not be taken in as it is.\n")
    assert comment == "<!-- paper-digest: answer -->\nThis could not be taken in as it is.\n"
    assert (forge.branches(), forge.pulls) == (["main"], [])


def test_a_refusal_says_that_the_pull_request_is_still_what_it_was(forge: Forge) -> None:
    answer(forge, **TAKEN)
    comment = answer(forge, answer_md="This could not be taken in as it is.\n")
    assert "could not be taken in" in comment
    assert "Pull request #7 still holds what this issue said before." in comment


def test_who_wrote_a_form_is_told_when_the_run_failed(forge: Forge) -> None:
    comment = answer(forge)
    assert "not by your fault" in comment
    assert "https://forge.example/team/digest/actions/runs/42" in comment
    assert "from-issue/answer" in JOBS
    assert JOBS["from-issue/answer"]["if"] == "${{ !cancelled() && needs.read.result != 'skipped' }}"


def test_a_change_that_is_none_is_said_to_be_none(forge: Forge) -> None:
    comment = answer(forge, answer_md="Thank you.\n", title="Correct a-paper: title", diff_md="Nothing.\n")
    assert "there is nothing to change" in comment
    assert (forge.branches(), forge.pulls) == (["main"], [])


def test_what_a_curator_went_on_from_is_left_alone(forge: Forge) -> None:
    answer(forge, **TAKEN)
    forge.push({PLACE: PAPER + "# by hand\n"}, "A curator's hand", branch="issue-5")
    comment = answer(forge, **TAKEN)
    assert "by hand, so it was left as it is" in comment
    assert "# by hand" in forge.shown("issue-5", PLACE)


def test_where_workflows_may_open_no_pull_request_the_comment_leads_to_one(forge: Forge) -> None:
    forge.write(forbids=True)
    comment = answer(forge, **TAKEN)
    assert "https://forge.example/team/digest/compare/main...issue-5?expand=1" in comment
    assert "issue-5" in forge.branches()


def test_a_forks_branch_of_the_same_name_is_another(forge: Forge) -> None:
    theirs = {"number": 3, "state": "open", "head": {"ref": "issue-5", "sha": "", "repo": {"full_name": "team/a-fork"}}}
    forge.write(pulls=[theirs, theirs | {"number": 4, "head": {"ref": "issue-5", "sha": "", "repo": None}}])
    answer(forge, **TAKEN)
    assert [pull["number"] for pull in forge.pulls if pull.get("title")] == [9]


def test_a_strangers_comment_is_not_ours_whatever_it_begins_with(forge: Forge) -> None:
    theirs = {"id": 1, "issue": "5", "user": {"login": "mallory"}, "body": "<!-- paper-digest: answer -->\nMine"}
    gone = {"id": 2, "issue": "5", "user": None, "body": None}
    forge.write(comments=[theirs, gone])
    answer(forge, **TAKEN)
    assert forge.comments[:2] == [theirs, gone]


def test_a_pull_requests_text_has_room(forge: Forge) -> None:
    answer(forge, **TAKEN | {"answer_md": "ä line\n" * 7_000, "diff_md": "- another line\n" * 9_000})
    assert all(len(each["body"]) <= 65_536 for each in (*forge.pulls, *forge.comments))


@pytest.fixture
def digest(forge: Forge, make_digest: MakeDigest, tmp_path: Path) -> Forge:
    """A forge whose repository is a digest with this program beside it."""
    for name in ("clone", "origin.git"):
        shutil.rmtree(forge.place / name)
    forge.git("init", "--quiet", "--bare", "--initial-branch=main", str(forge.origin), at=forge.place)
    example = REPOSITORY / "tests/data/digest"
    files = {path.relative_to(example).as_posix(): path for path in example.rglob("*") if path.is_file()}
    forge.push({name: path.read_text("utf-8") for name, path in files.items()} | {
        ".gitignore": "/.venv\n/build\n/theme\n",
        "Makefile": "check:\n\t.venv/bin/paper-digest check\n",
    }, "The digest")  # fmt: skip
    forge.fresh_clone()
    (forge.clone / ".venv/bin").mkdir(parents=True)
    (forge.clone / ".venv/bin/paper-digest").symlink_to(Path(sys.executable).with_name("paper-digest"))
    (forge.clone / "theme").symlink_to(REPOSITORY / "theme")
    return forge


FORM = """### Link or id

_No response_

### Title

A lamp on $(touch pwned) `touch pwned`

### Abstract

It says "something"; touch pwned
::error::and this is no command

### Category

The first (vision)
"""


def test_a_strangers_form_is_taken_in_checked_built_and_proposed(digest: Forge) -> None:
    taken = digest.run("take-in.sh", digest.outcome, BODY=FORM, SOURCE_DATE_EPOCH="1795392000")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert {path.name for path in digest.outcome.iterdir()} == {"answer.md", "title", "diff.md", "files"}
    assert (digest.clone / "build/site/index.html").is_file()
    assert not re.search(r"^\s*::", taken.stdout, re.MULTILINE)
    done = digest.run("answer-issue.sh", 5, digest.outcome)
    assert done.returncode == 0, done.stderr
    [place] = digest.git("diff", "--name-only", "main", "issue-5").splitlines()
    assert place.startswith("content/papers/undated/")
    assert "$(touch pwned)" in digest.shown("issue-5", place)
    assert re.fullmatch(r"Add [a-z0-9-]+", digest.pulls[0]["title"])
    assert list(digest.place.rglob("pwned")) == []


def test_a_form_that_cannot_be_taken_in_is_no_failure_and_hands_over_its_answer_alone(digest: Forge) -> None:
    done = digest.run("take-in.sh", digest.outcome, BODY="### What is wrong?\n\n::error::nothing\n")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in digest.outcome.iterdir()] == ["answer.md"]
    assert not re.search(r"^\s*::", done.stdout, re.MULTILINE)


def test_without_an_answer_taking_in_has_failed_and_what_was_said_commands_nothing(digest: Forge) -> None:
    program = digest.clone / ".venv/bin/paper-digest"
    program.unlink()
    program.write_text("#!/bin/sh\necho '::error::it broke'\necho ' ::add-mask::e'\nexit 1\n", "utf-8")
    program.chmod(0o755)
    done = digest.run("take-in.sh", digest.outcome, BODY=FORM)
    assert done.returncode == 1
    assert done.stdout == "| ::error::it broke\n|  ::add-mask::e\n"


# ---- a comment on a pull request -------------------------------------------------------------------------------------

TIP = "a" * 40
PULL = {"number": 3, "state": "open", "head": {"ref": "my-paper", "sha": TIP, "repo": {"full_name": "ada/digest"}}}


def comment(forge: Forge, text: str | None = "**1 paper added**\n", repository: str = "ada/digest") -> str:
    """Run the steps of comment.yml as they stand there, for a run that left a text; give what was said."""
    shutil.rmtree(forge.place / "temporary/scripts", ignore_errors=True)
    if text is not None:
        forge.write(artifacts={"comment": str(forge.hand_over(comment_md=text))})
    for step in JOBS["comment/comment"]["steps"]:
        given = {"RUN": "41", "HEAD_REPOSITORY": repository, "HEAD_BRANCH": "my-paper", "HEAD_SHA": TIP}
        assert set(step.get("env", given)) == set(given)
        done = forge.bash(step["run"], **given)
        assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_a_run_says_is_put_under_its_pull_request_once(forge: Forge) -> None:
    forge.write(pulls=[PULL])
    comment(forge)
    comment(forge, "**2 papers added**\n")
    [said] = forge.comments
    assert said["issue"] == "3"
    assert "**2 papers added**" in said["body"]
    assert TIP in said["body"]
    assert "https://forge.example/team/digest/actions/runs/41" in said["body"]


def test_a_run_cannot_choose_where_it_speaks(forge: Forge) -> None:
    moved_on = PULL | {"head": {"ref": "my-paper", "sha": "b" * 40, "repo": {"full_name": "ada/digest"}}}
    another = PULL | {"number": 4, "head": {"ref": "my-paper", "sha": TIP, "repo": {"full_name": "eve/digest"}}}
    forge.write(pulls=[moved_on, another])
    assert f"No open pull request has its tip at {TIP}." in comment(forge)
    assert f"No open pull request has its tip at {TIP}." in comment(forge, repository="")
    assert forge.comments == []


def test_a_run_that_left_nothing_says_nothing(forge: Forge) -> None:
    forge.write(pulls=[PULL])
    assert comment(forge, None) == "The run left no comment.\n"
    assert forge.comments == []


def test_a_hostile_text_is_cut_calls_nobody_and_runs_nothing(forge: Forge) -> None:
    forge.write(pulls=[PULL])
    comment(forge, "@everyone \x1b]0;`touch pwned` $(touch pwned)\n" * 10_000)
    [said] = forge.comments
    assert len(said["body"]) <= 65_536
    assert "@everyone" not in said["body"]
    assert "\x1b" not in said["body"]
    assert list(forge.place.rglob("pwned")) == []


def test_a_text_that_is_a_link_is_not_followed_into_a_comment(forge: Forge) -> None:
    forge.write(pulls=[PULL], artifacts={"comment": str(forge.hand_over(x="x"))})
    (forge.outcome / "comment.md").symlink_to("/etc/passwd")
    done = forge.run("comment-on-pull-request.sh", 41, "ada/digest", "my-paper", TIP)
    assert done.returncode == 1
    assert forge.comments == []


# ---- what changed elsewhere ------------------------------------------------------------------------------------------


def verified(forge: Forge) -> subprocess.CompletedProcess[str]:
    forge.fresh_clone()
    shutil.copytree(SCRIPTS, forge.clone / ".github/scripts")
    shutil.copytree(forge.outcome, forge.place / "temporary/outcome", dirs_exist_ok=True)
    return forge.bash(JOBS["verify/propose"]["steps"][-1]["run"])


def test_what_was_verified_becomes_one_pull_request(forge: Forge) -> None:
    for tags in ("mri", "rlhf"):
        retold = {"files__content__papers__2024__a-paper_yaml": f"{PAPER}tags: [{tags}]\n"}
        forge.hand_over(report_md=f"1 paper changed: {tags}\n", **retold)
        assert verified(forge).returncode == 0
    [pull] = forge.pulls
    assert (pull["head"]["ref"], pull["body"]) == ("verify", "1 paper changed: rlhf\n")
    assert "rlhf" in forge.shown("verify", "content/papers/2024/a-paper.yaml")


def test_when_nothing_is_certain_nothing_is_proposed(forge: Forge) -> None:
    forge.hand_over(report_md="1 paper to be looked at\n")
    assert verified(forge).returncode == 0
    assert (forge.branches(), forge.pulls) == (["main"], [])


# ---- the ledger ------------------------------------------------------------------------------------------------------

LEDGER = "content/published.json"


def record(forge: Forge, ledger: str) -> subprocess.CompletedProcess[str]:
    fresh = forge.place / "published.json"
    fresh.write_text(ledger, "utf-8")
    return forge.run("record.sh", fresh)


def ledger(*papers: str) -> str:
    promises = "".join(f'  "{paper}": {{}},\n' for paper in papers).removesuffix(",\n")
    return f'{{"key": "k", "papers": {{\n{promises}\n}}}}\n'


def test_what_readers_rely_on_is_committed_to_main(forge: Forge) -> None:
    assert record(forge, ledger("a", "b")).returncode == 0
    assert forge.shown("main", LEDGER) == ledger("a", "b").strip()
    assert forge.git("log", "-1", "--format=%an %s", "main") == f"{BOT} Record what readers rely on"


def test_a_ledger_that_says_nothing_new_is_not_committed(forge: Forge) -> None:
    assert "Nothing new" in record(forge, FIRST[LEDGER]).stdout
    assert forge.git("rev-list", "--count", "main") == "1"


def test_somebody_who_was_faster_is_followed(forge: Forge) -> None:
    forge.push({"content/papers/2024/other.yaml": PAPER}, "Meanwhile")
    assert record(forge, ledger("a", "b")).returncode == 0
    assert forge.git("log", "--format=%s", "main").splitlines()[:2] == ["Record what readers rely on", "Meanwhile"]


def test_a_ledger_that_another_disagrees_with_is_left_to_the_next_publication(forge: Forge) -> None:
    forge.push({LEDGER: ledger("a", "c")}, "Meanwhile")
    assert record(forge, ledger("a", "b")).returncode == 1
    assert forge.shown("main", LEDGER) == ledger("a", "c").strip()


def test_where_main_is_protected_a_pull_request_records_it(forge: Forge) -> None:
    hook = forge.origin / "hooks/update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "GH006: Protected branch" >&2; exit 1; }\n')
    hook.chmod(0o755)
    for _ in range(2):
        forge.fresh_clone()
        assert record(forge, ledger("a", "b")).returncode == 0
    assert forge.shown("published", LEDGER) == ledger("a", "b").strip()
    [pull] = forge.pulls
    assert (pull["head"]["ref"], pull["base"]) == ("published", "main")


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[]", "[" * 100_000, '{"papers": {"a": {}}}', '{"key": "another", "papers": {"a": {}}}',
     '{"key": "k", "papers": {"b": {}}}', '{"key": "k"}'],
)  # fmt: skip
def test_what_is_no_ledger_or_forgets_is_refused(forge: Forge, broken: str) -> None:
    done = record(forge, broken)
    assert done.returncode == 1
    assert done.stderr.startswith("refused: ")
    assert forge.shown("main", LEDGER) == FIRST[LEDGER].strip()


# ---- the day ---------------------------------------------------------------------------------------------------------

COUNTED = '{"date": "2026-11-23", "papers": {}}\n'
LETTER = "number: 1\n"
AUTO = "key: k\nissues: {cadence: daily, delivery: auto}\n"


def day(forge: Forge, **files: str) -> subprocess.CompletedProcess[str]:
    forge.fresh_clone()
    return forge.run("daily.sh", forge.hand_over(**files))


MADE = {"content__metrics__2026-11-23.json": COUNTED, "content__issues__2026-11-23_yaml": LETTER}


def test_an_issue_that_is_reviewed_is_proposed_and_what_was_counted_is_committed(forge: Forge) -> None:
    done = day(forge, **MADE)
    assert (done.returncode, done.stdout) == (0, "pushed\n"), done.stderr
    assert forge.shown("main", "content/metrics/2026-11-23.json") == COUNTED.strip()
    assert forge.shown("issue-2026-11-23", "content/issues/2026-11-23.yaml") == LETTER.strip()
    assert "content/issues" not in forge.git("ls-tree", "-r", "--name-only", "main")
    [pull] = forge.pulls
    assert (pull["head"]["ref"], pull["title"]) == ("issue-2026-11-23", "Issue of 2026-11-23")


def test_a_proposal_that_is_there_is_left_to_its_curators(forge: Forge) -> None:
    day(forge, **MADE)
    forge.push({"content/issues/2026-11-23.yaml": "number: 1\ntitle: Better\n"}, "By hand", "issue-2026-11-23")
    assert day(forge, **MADE).returncode == 0
    assert "Better" in forge.shown("issue-2026-11-23", "content/issues/2026-11-23.yaml")
    assert len(forge.pulls) == 1


def test_while_one_proposal_waits_no_other_is_made(forge: Forge) -> None:
    day(forge, **MADE)
    later = {"content__metrics__2026-11-24.json": COUNTED, "content__issues__2026-11-24_yaml": LETTER}
    assert day(forge, **later).returncode == 0
    assert "issue-2026-11-24" not in forge.branches()
    forge.write(pulls=[])  # it was merged
    day(forge, **later)
    assert "issue-2026-11-24" in forge.branches()


def test_where_main_takes_no_push_the_issue_is_proposed_all_the_same(forge: Forge) -> None:
    hook = forge.origin / "hooks/update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ] || exit 1\n')
    hook.chmod(0o755)
    done = day(forge, **MADE)
    assert (done.returncode, done.stdout) == (0, "")
    assert forge.shown("issue-2026-11-23", "content/issues/2026-11-23.yaml") == LETTER.strip()


def test_an_issue_that_nobody_reviews_is_committed(forge: Forge) -> None:
    forge.push({"content/digest.yaml": AUTO}, "Settings")
    assert day(forge, **MADE).stdout == "pushed\n"
    assert forge.shown("main", "content/issues/2026-11-23.yaml") == LETTER.strip()
    assert forge.pulls == []


def test_a_comment_about_auto_is_no_setting(forge: Forge) -> None:
    forge.push({"content/digest.yaml": "key: k\n# delivery: auto would send at once\n"}, "Settings")
    day(forge, **MADE)
    assert "issue-2026-11-23" in forge.branches()


def test_a_day_done_again_commits_nothing(forge: Forge) -> None:
    forge.push({"content/digest.yaml": AUTO}, "Settings")
    day(forge, **MADE)
    before = forge.git("rev-parse", "main")
    done = day(forge, **MADE)
    assert (done.returncode, done.stdout) == (0, "")
    assert forge.git("rev-parse", "main") == before


def test_a_day_without_an_issue_and_without_numbers_does_nothing(forge: Forge) -> None:
    before = forge.git("rev-parse", "main")
    assert (day(forge).returncode, forge.git("rev-parse", "main")) == (0, before)


def test_snapshots_that_are_too_old_to_keep_go(forge: Forge) -> None:
    forge.push({"content/metrics/2026-01-02.json": COUNTED, "content/metrics/2026-11-22.json": COUNTED}, "Before")
    day(forge, **{**MADE, "content__metrics__2026-11-22.json": COUNTED})
    listed = forge.git("ls-tree", "-r", "--name-only", "main", "content/metrics").split()
    assert listed == ["content/metrics/2026-11-22.json", "content/metrics/2026-11-23.json"]


@pytest.mark.parametrize(
    "place",
    ["content__papers__a_yaml", "content__metrics__later.json", "x.sh", "content__issues__2026-11-23.sh", "mkdocs.yml"],
)
def test_a_day_hands_over_nothing_else(forge: Forge, place: str) -> None:
    before = forge.git("rev-parse", "main")
    done = day(forge, **{**MADE, place: "x"})
    assert done.returncode != 0
    assert "refused: " in done.stderr
    assert forge.git("rev-parse", "main") == before


# ---- sending ---------------------------------------------------------------------------------------------------------

SENT = "content/sent/2026-11-23.jsonl"


def claim(forge: Forge, run: str = "7-1", issue: str = "2026-11-23") -> subprocess.CompletedProcess[str]:
    forge.fresh_clone()
    return forge.run("claim.sh", issue, "smtp", run)


def test_a_claim_is_on_the_branch_before_anything_is_sent(forge: Forge) -> None:
    done = claim(forge)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == forge.git("rev-parse", "main")
    line = json.loads(forge.shown("main", SENT))
    assert (line["step"], line["via"], line["run"]) == ("claim", "smtp", "7-1")


CLAIMED = '{"at": "x", "step": "claim", "via": "smtp", "run": "6-1"}\n'


def test_of_two_claims_at_once_one_is_made_though_ledgers_are_merged(forge: Forge) -> None:
    forge.push({".gitattributes": (REPOSITORY / ".gitattributes").read_text()}, "As it is here")
    forge.fresh_clone()
    forge.push({SENT: CLAIMED}, "Meanwhile")
    done = forge.run("claim.sh", "2026-11-23", "smtp", "7-1")
    assert done.returncode != 0
    assert "claimed by '6-1'" in done.stderr
    assert '"7-1"' not in forge.shown("main", SENT)


def test_a_claim_of_a_run_that_died_is_not_followed_by_another(forge: Forge) -> None:
    forge.push({SENT: CLAIMED}, "Before")
    assert claim(forge).returncode != 0
    assert '"7-1"' not in forge.shown("main", SENT)


def test_a_claim_that_told_its_end_stands_in_nobodys_way(forge: Forge) -> None:
    forge.push({SENT: CLAIMED + '{"at": "y", "step": "closed", "via": "smtp", "run": "6-1"}\n'}, "Before")
    assert claim(forge).returncode == 0


def test_a_claim_follows_who_changed_something_else(forge: Forge) -> None:
    forge.fresh_clone()
    forge.push({"content/papers/2024/other.yaml": PAPER}, "Meanwhile")
    assert forge.run("claim.sh", "2026-11-23", "smtp", "7-1").returncode == 0
    assert forge.shown("main", "content/papers/2024/other.yaml")


def test_without_a_claim_that_everybody_sees_nothing_is_sent(forge: Forge) -> None:
    hook = forge.origin / "hooks/update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    done = claim(forge)
    assert done.returncode != 0
    assert "nothing is sent" in done.stderr


@pytest.mark.parametrize("issue", ["../../x", "2026-11-23; touch pwned", "today", ""])
def test_a_claim_is_for_an_issue(forge: Forge, issue: str) -> None:
    assert claim(forge, issue=issue).returncode != 0
    assert not (forge.clone / "pwned").exists()


def record_sent(forge: Forge, ledger: str) -> subprocess.CompletedProcess[str]:
    forge.fresh_clone()
    fresh = forge.place / "sent.jsonl"
    fresh.write_text(ledger, "utf-8")
    return forge.run("record-sent.sh", "2026-11-23", fresh)


def test_who_got_it_is_committed_after_the_claim(forge: Forge) -> None:
    claim(forge)
    before = forge.shown("main", SENT) + "\n"
    done = record_sent(forge, before + '{"at": "x", "step": "sent", "via": "smtp", "who": "00ff"}\n')
    assert done.returncode == 0, done.stderr
    assert forge.shown("main", SENT).splitlines()[1:] == ['{"at": "x", "step": "sent", "via": "smtp", "who": "00ff"}']


@pytest.mark.parametrize(
    "line",
    ['{"step": "sent", "who": "ada@example.org"}', '{"step": "sent", "address": "x"}', "not json", "[]", '{"who": 7}',
     '{"who": "' + "a" * 300 + '"}'],
)  # fmt: skip
def test_a_ledger_with_an_address_or_anything_strange_is_refused(forge: Forge, line: str) -> None:
    claim(forge)
    before = forge.shown("main", SENT) + "\n"
    done = record_sent(forge, f"{before}{line}\n")
    assert done.returncode != 0
    assert done.stderr.startswith("refused: ")
    assert forge.shown("main", SENT) + "\n" == before


def test_a_ledger_that_forgets_the_claim_is_refused(forge: Forge) -> None:
    claim(forge)
    assert record_sent(forge, '{"at": "x", "step": "sent"}\n').returncode != 0


def test_nothing_is_sent_before_it_is_claimed_and_online_and_the_ledger_is_kept_whatever_happens() -> None:
    jobs = WORKFLOWS["send"]["jobs"]
    assert jobs["claim"]["needs"] == "due"
    assert jobs["send"]["needs"] == ["due", "claim"]
    assert JOBS["publish/send"]["needs"] == ["build", "record"]
    assert JOBS["publish/send"]["with"]["built"] == "${{ needs.build.outputs.commit }}"
    kept = jobs["send"]["steps"][-1]
    assert kept["if"] == "always()"
    assert kept["with"]["path"] == "content/sent"
    assert jobs["record"]["if"] == "always() && needs.claim.result == 'success'"


def test_a_secret_is_given_to_the_step_that_sends_and_to_no_other() -> None:
    given = {
        (name, step.get("name"))
        for name, step in STEPS
        if any("secrets." in str(value) for value in step.get("env", {}).values())
    }
    assert given == {("send/send", "Send it")}


def test_what_publishing_is_called_for_is_the_branch_as_it_is_by_then() -> None:
    refs = [
        step["with"]["ref"]
        for job in ("publish/build", "publish/record")
        for step in JOBS[job]["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert refs == ["${{ inputs.ref }}"] * 2
    assert JOBS["daily/publish"]["with"] == {"ref": "${{ github.ref }}"}


def test_every_variable_that_the_readme_names_for_sending_reaches_the_step_that_sends() -> None:
    [step] = [step for name, step in STEPS if (name, step.get("name")) == ("send/send", "Send it")]
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    named = set(re.findall(r"`((?:DIGEST|BUTTONDOWN|LISTMONK)_[A-Z_]+)`", readme.partition("## Sending issues")[2]))
    named -= {"DIGEST_SEND_VIA"}
    assert len(named) >= 8
    assert named <= set(step["env"])


@pytest.mark.parametrize(("via", "given"), [("smtp", True), ("buttondown", False), ("listmonk", False)])
def test_readers_are_named_to_a_mail_server_alone(tmp_path: Path, via: str, given: bool) -> None:
    [script] = [step["run"] for name, step in STEPS if (name, step.get("name")) == ("send/send", "Send it")]
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/paper-digest").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / ".venv/bin/paper-digest").chmod(0o755)
    environment = {
        "ISSUE": "2026-11-23",
        "VIA": via,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "DIGEST_RECIPIENTS": "ada@example.org",
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("--to" in done.stdout) is given
    assert "--claimed 7-1" in done.stdout
