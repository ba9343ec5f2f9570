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

from paper_digest.curating import form_text, forms
from tests.conftest import PAPER, REPOSITORY, MakeDigest
from tests.forge import FIRST, Forge
from tests.issue_forms import edited_on_the_web, fields, labels, rendered

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
TELLS = {"contents": "read", "issues": "write"}
PERMISSIONS = {
    "check/check": READ,
    "comment/comment": {"actions": "read", "contents": "read", "pull-requests": "write"},
    "daily/gather": READ,
    "daily/commit": {"actions": "read", "contents": "write", "pull-requests": "write"},
    "daily/publish": {
        "actions": "read",
        "contents": "write",
        "id-token": "write",
        "issues": "write",
        "pages": "write",
    },
    "daily/tell": TELLS,
    "from-issue/read": READ,
    "from-issue/answer": {"actions": "read", "contents": "write", "issues": "write", "pull-requests": "write"},
    "publish/build": READ,
    "publish/deploy": {"contents": "read", "pages": "write", "id-token": "write"},
    "publish/record": {"actions": "read", "contents": "write"},
    "publish/tell": TELLS,
    "send/due": READ,
    "send/mail": {"actions": "read", "contents": "write"},
    "send/tell": {"actions": "read", **TELLS},
    "tests/tests": READ,
    "verify/ask": READ,
    "verify/propose": {"actions": "read", "contents": "write", "pull-requests": "write"},
}


def test_a_job_may_do_what_it_has_to_and_nothing_by_default() -> None:
    assert {name: flow["permissions"] for name, flow in WORKFLOWS.items()} == {name: {} for name in WORKFLOWS}
    assert {name: job["permissions"] for name, job in JOBS.items()} == PERMISSIONS


def test_a_job_that_runs_what_strangers_may_have_sent_may_only_read() -> None:
    """`send/mail` runs the program on the branch that is published, which somebody has merged."""
    running = {name for name, run in RUNS if re.search(r"\bmake\b|\.ci/run|paper-digest |take-in", run)}
    assert running - {"send/mail"} == {
        *("check/check", "daily/gather", "from-issue/read", "publish/build", "send/due", "tests/tests", "verify/ask"),
    }
    assert all(JOBS[name]["permissions"] == READ for name in running - {"send/mail"})
    assert set(WORKFLOWS["send"]["on"]) == {"workflow_run", "workflow_dispatch"}, "never for a pull request"


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


def test_an_artifact_of_a_run_that_is_run_again_has_a_name_of_its_own() -> None:
    names = [step["with"]["name"] for _, step in STEPS if "upload-" in step.get("uses", "")]
    scripts = "\n".join(run for _, run in RUNS)
    for name in names:
        noted = re.search(r"outputs\.(\w+)", name)
        said = f'echo "{noted[1]}=' if noted else ""
        assert "run_attempt" in name or re.search(f"{re.escape(said)}.*GITHUB_RUN_ATTEMPT", scripts), name


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


def checked(tool: str, *arguments: str) -> None:
    """Run a checker of workflows or scripts, which has nothing to say."""
    place = Path(sys.executable).with_name(tool)
    if not place.exists() and not shutil.which(tool):
        assert not os.environ.get("CI"), f"there is no {tool}"
        pytest.skip(f"there is no {tool} here")
    command = [str(place) if place.exists() else tool, *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing_but_two_triggers_that_say_why() -> None:
    """Without `on: workflow_run`, nothing could speak for what a fork's run says, and mail that waits for an approval
    would hold up the next publication: https://docs.zizmor.sh."""
    checked("zizmor", "--offline", "--persona=pedantic", "--no-progress", str(GITHUB))
    ignored = [
        (path.name, line)
        for path in GITHUB.rglob("*")
        if path.suffix in {".yml", ".yaml"}
        for line in path.read_text("utf-8").splitlines()
        if "zizmor" in line
    ]
    trigger = "on: # zizmor: ignore[dangerous-triggers]"
    assert sorted(ignored) == [("comment.yml", trigger), ("send.yml", trigger)]


def test_actionlint_finds_nothing() -> None:
    checked("actionlint")


def test_shellcheck_finds_nothing() -> None:
    scripts = [*SCRIPTS.glob("*.sh"), REPOSITORY / ".ci/run", *(REPOSITORY / "requirements").glob("*.sh")]
    checked("shellcheck", "-x", "-P", str(SCRIPTS), *map(str, scripts))


def test_no_script_reads_yaml() -> None:
    """What is to be done is said by `paper-digest due`: a pattern would find words in a tagline."""
    texts = [path.read_text("utf-8") for path in SCRIPTS.glob("*.sh")] + [run for _, run in RUNS]
    assert [text for text in texts if re.search(r"(grep|sed|awk)\b[^\n]*\.ya?ml", text)] == []


# ---- what each promises ----------------------------------------------------------------------------------------------


def test_strangers_code_runs_as_strangers_code() -> None:
    triggers = {name: set(flow["on"]) for name, flow in WORKFLOWS.items()}
    assert triggers["check"] == {"pull_request", "merge_group"}
    assert triggers["tests"] == {"pull_request", "merge_group", "push"}
    assert [name for name, on in triggers.items() if "pull_request_target" in on] == []
    assert [name for name, on in triggers.items() if "workflow_run" in on] == ["comment", "send"]


@pytest.mark.parametrize("name", ["check", "tests"])
def test_one_job_can_be_required_and_always_reports(name: str) -> None:
    [(key, job)] = WORKFLOWS[name]["jobs"].items()
    assert (key, job["name"], "if" in job) == (name, name, False)
    assert not any("paths" in str(trigger) for trigger in WORKFLOWS[name]["on"].values())


def runs_tests(forge: Forge, files: dict[str, str]) -> bool:
    """Whether the tests would run for a change, by the step of tests.yml that decides."""
    forge.push(files, "A change")
    forge.fresh_clone(depth=2)
    [step] = [step for step in JOBS["tests/tests"]["steps"] if step.get("id") == "changed"]
    outputs = forge.place / "outputs"
    done = forge.bash(step["run"], BASE="HEAD^1", GITHUB_OUTPUT=str(outputs), GITHUB_STEP_SUMMARY="/dev/null")
    assert done.returncode == 0, done.stderr
    return outputs.exists() and "program=yes" in outputs.read_text()


def test_content_alone_starts_no_test_of_the_program(forge: Forge) -> None:
    assert not runs_tests(forge, {"content/papers/2026/new.yaml": PAPER, "content/digest.yaml": "key: k\n"})


@pytest.mark.parametrize(
    "place", ["generator/paper_digest/commands/cli.py", "theme/x.css", ".github/workflows/x.yml", "mkdocs.yml"]
)
def test_whatever_else_changes_is_tested(forge: Forge, place: str) -> None:
    assert runs_tests(forge, {place: "x", "content/papers/2026/new.yaml": PAPER})


def test_publishing_needs_the_build_alone() -> None:
    assert set(WORKFLOWS["publish"]["jobs"]) == {"build", "deploy", "record", "tell"}
    assert "needs" not in JOBS["publish/build"]


def test_a_check_marks_lines_first_and_style_fails_nothing() -> None:
    steps = [step.get("run", "") for step in JOBS["check/check"]["steps"]]
    [marks], [style] = (
        [number for number, run in enumerate(steps) if words in run]
        for words in ("check --format github", "fmt --check")
    )
    assert marks < style
    told = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", steps[style].replace(".venv/bin/paper-digest", "false")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(" ")[0] for line in told.stdout.splitlines()] == ["::notice", "::notice"]


def test_only_what_readers_notice_is_kept_for_a_comment() -> None:
    kept = {
        step["with"]["name"].partition("-")[0]: step
        for name, step in STEPS
        if name == "check/check" and "upload-artifact@" in step.get("uses", "")
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
    always = [name for name, job in JOBS.items() if "always()" in str(job.get("if")) and live not in job["if"]]
    assert always == []


def test_a_form_is_read_where_the_digest_is_at_home_and_on_a_fork_that_is_live() -> None:
    condition = " ".join(JOBS["from-issue/read"]["if"].split())
    assert condition.startswith("(github.event.repository.fork == false || vars.DIGEST_LIVE != '') && ")
    for question in (form_text.LINK, form_text.WHAT):
        assert f"contains(github.event.issue.body, '### {question}')" in condition


# ---- the forms -------------------------------------------------------------------------------------------------------


def options(form: str, question: str) -> list[str]:
    [field] = [field for field in fields(form) if field["attributes"]["label"] == question]
    choices: list[str] = field["attributes"]["options"]
    return choices


def test_the_forms_ask_what_is_understood() -> None:
    assert tuple(labels("add-paper")) == form_text.ADDITION.questions
    assert tuple(labels("correct-paper")) == form_text.CORRECTION.questions
    assert options("correct-paper", form_text.WHAT) == list(forms.TOPICS)
    assert options("add-paper", form_text.CATEGORY)[0] in forms.NOT_SURE


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
    assert options("add-paper", form_text.CATEGORY) == ["Not sure", *current]


# ---- a forge of paper ------------------------------------------------------------------------------------------------


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


ABSTRACT = 'It says "something"; touch pwned\n::error::and this is no command'
FORM = rendered(
    "add-paper", category="The first (vision)", paper_title="A lamp on $(touch pwned) `touch pwned`", abstract=ABSTRACT
)


def take_in(digest: Forge, body: str | None) -> subprocess.CompletedProcess[str]:
    """Take an issue in as a run does that it has started."""
    event = digest.place / "event.json"
    event.write_text(json.dumps({"action": "opened", "issue": {"number": 5, "body": body}}), "utf-8")
    given = {"GITHUB_EVENT_PATH": str(event), "SOURCE_DATE_EPOCH": "1795392000"}
    return digest.run("take-in.sh", digest.outcome, **given)


def test_a_strangers_form_is_taken_in_checked_built_and_proposed(digest: Forge) -> None:
    taken = take_in(digest, edited_on_the_web(FORM))
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert {path.name for path in digest.outcome.iterdir()} == {"answer.md", "title", "diff.md", "files"}
    assert (digest.clone / "build/site/index.html").is_file()
    assert not re.search(r"^\s*::", taken.stdout, re.MULTILINE)
    done = digest.run("answer-issue.sh", 5, digest.outcome)
    assert done.returncode == 0, done.stderr
    [place] = digest.git("diff", "--name-only", "main", "issue-5").splitlines()
    assert place.startswith("content/papers/undated/")
    paper = yaml.safe_load(digest.shown("issue-5", place))
    assert paper["title"] == "A lamp on $(touch pwned) `touch pwned`"
    assert paper["abstract"].split() == ABSTRACT.split()
    assert paper["categories"] == ["vision"]
    assert re.fullmatch(r"Add [a-z0-9-]+", digest.pulls[0]["title"])
    assert list(digest.place.rglob("pwned")) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "this is neither of the forms"),
        (rendered("add-paper", paper_title="T", abstract="字" * 60_000), "60,000 characters long"),
        (rendered("add-paper", link="2611.01234", paper_title="A\0B"), "“Title” holds a character that cannot be read"),
        (rendered("add-paper", paper_title="A\ud800B", abstract="It"), "“Title” holds a character that cannot be read"),
        (rendered("correct-paper", paper="nobody", what="Title", right="::error::no"), "there is no paper `nobody`"),
    ],
    ids=["nothing", "60 kB", "NUL", "half a sign", "nobody's paper"],
)
def test_a_form_that_cannot_be_taken_in_is_no_failure_and_is_answered_with_the_reason(
    digest: Forge, body: str | None, reason: str
) -> None:
    done = take_in(digest, body)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in digest.outcome.iterdir()] == ["answer.md"]
    assert not re.search(r"^\s*::", done.stdout, re.MULTILINE)
    assert digest.git("status", "--porcelain", at=digest.clone) == ""
    answered = digest.run("answer-issue.sh", 5, digest.outcome)
    assert answered.returncode == 0, answered.stderr
    assert reason in digest.comments[0]["body"]
    assert (digest.branches(), digest.pulls) == (["main"], [])


def test_without_an_answer_taking_in_has_failed_and_what_was_said_commands_nothing(digest: Forge) -> None:
    program = digest.clone / ".venv/bin/paper-digest"
    program.unlink()
    program.write_text("#!/bin/sh\necho '::error::it broke'\necho ' ::add-mask::e'\nexit 1\n", "utf-8")
    program.chmod(0o755)
    done = take_in(digest, FORM)
    assert done.returncode == 1
    assert done.stdout == "| ::error::it broke\n|  ::add-mask::e\n"


# ---- a comment on a pull request -------------------------------------------------------------------------------------

TIP = "a" * 40
PULL = {"number": 3, "state": "open", "head": {"ref": "my-paper", "sha": TIP, "repo": {"full_name": "ada/digest"}}}


def comment(forge: Forge, text: str | None = "**1 paper added**\n", repository: str = "ada/digest") -> str:
    """Run the steps of comment.yml as they stand there, for a run that left a text; give what was said."""
    shutil.rmtree(forge.place / "temporary/scripts", ignore_errors=True)
    if text is not None:
        forge.write(artifacts={"comment-2": str(forge.hand_over(comment_md=text))})
    for step in JOBS["comment/comment"]["steps"]:
        given = {"RUN": "41", "ATTEMPT": "2", "HEAD_REPOSITORY": repository, "HEAD_BRANCH": "my-paper", "HEAD_SHA": TIP}
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
    forge.write(pulls=[PULL], artifacts={"comment-1": str(forge.hand_over(x="x"))})
    (forge.outcome / "comment.md").symlink_to("/etc/passwd")
    done = forge.run("comment-on-pull-request.sh", 41, 1, "ada/digest", "my-paper", TIP)
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
    forge.fresh_clone()
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


def test_a_ledger_that_lacks_what_another_run_promised_is_left_to_the_next_publication(forge: Forge) -> None:
    forge.push({LEDGER: ledger("a", "c")}, "Meanwhile")
    assert record(forge, ledger("a", "b")).returncode == 1
    assert forge.shown("main", LEDGER) == ledger("a", "c").strip()


def protect(forge: Forge) -> None:
    hook = forge.origin / "hooks/update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo "GH006: Protected branch" >&2; exit 1; }\n')
    hook.chmod(0o755)


def test_where_main_is_protected_the_ledger_is_kept_and_goes_out_with_the_next_push(forge: Forge) -> None:
    protect(forge)
    for papers in (("a", "b"), ("a", "b", "c")):
        assert record(forge, ledger(*papers)).returncode == 0
    assert forge.shown("unpushed", LEDGER) == ledger("a", "b", "c").strip()
    (forge.origin / "hooks/update").unlink()
    assert record(forge, ledger("a", "b", "c")).returncode == 0
    assert forge.shown("main", LEDGER) == ledger("a", "b", "c").strip()
    assert "unpushed" not in forge.branches()


def test_what_was_kept_and_does_not_fit_is_put_aside_for_a_person(forge: Forge) -> None:
    forge.push({"content/metrics/2026-11-22.json": "theirs\n"}, "Kept once", "unpushed")
    forge.push({"content/metrics/2026-11-22.json": "ours\n"}, "By hand")
    outputs = forge.place / "outputs"
    fresh = forge.place / "published.json"
    fresh.write_text(ledger("a", "b"), "utf-8")
    forge.fresh_clone()
    done = forge.run("record.sh", fresh, GITHUB_OUTPUT=str(outputs))
    assert done.returncode == 0, done.stderr
    assert forge.shown("main", "content/metrics/2026-11-22.json") == "ours"
    assert forge.shown("unpushed-42", "content/metrics/2026-11-22.json") == "theirs"
    assert "kept=yes" in outputs.read_text()


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


def test_the_owners_token_pushes_where_it_is_given(forge: Forge) -> None:
    """git asks `gh` for it, which tells the one in its environment."""
    (forge.place / "bin/gh").write_text(
        '#!/bin/sh\n[ "$2" != git-credential ] || printf "password=%s\\n" "$GH_TOKEN"\n'
    )
    asked = "protocol=https\\nhost=forge.example\\nusername=x\\n\\n"
    script = f'. "{SCRIPTS}/git-as-bot.sh"; printf "{asked}" | hub credential fill'
    for given, used in (({}, "secret"), ({"DIGEST_TOKEN": ""}, "secret"), ({"DIGEST_TOKEN": "owners"}, "owners")):
        done = forge.bash(script, **given)
        assert f"password={used}\n" in done.stdout, done.stderr


# ---- the day ---------------------------------------------------------------------------------------------------------

COUNTED = '{"date": "2026-11-23", "papers": {}}\n'
LETTER = "number: 1\n"


def day(forge: Forge, delivery: str = "review", **files: str) -> subprocess.CompletedProcess[str]:
    forge.fresh_clone()
    return forge.run("daily.sh", forge.hand_over(delivery=f"{delivery}\n", **files))


MADE = {"content__metrics__2026-11-23.json": COUNTED, "content__issues__2026-11-23_yaml": LETTER}


def test_an_issue_that_is_reviewed_is_proposed_and_what_was_counted_is_committed(forge: Forge) -> None:
    done = day(forge, **MADE)
    assert done.returncode == 0, done.stderr
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


def test_while_a_form_waits_issues_are_proposed(forge: Forge) -> None:
    forge.push({"content/papers/2025/form.yaml": PAPER}, "Add form", "issue-5")
    forge.write(
        pulls=[{"number": 3, "state": "open", "head": {"ref": "issue-5", "repo": {"full_name": "team/digest"}}}]
    )
    assert day(forge, **MADE).returncode == 0
    assert "issue-2026-11-23" in forge.branches()


def test_where_main_takes_no_push_the_issue_is_proposed_alone_and_the_counts_are_kept(forge: Forge) -> None:
    protect(forge)
    done = day(forge, **MADE)
    assert done.returncode == 0, done.stderr
    assert forge.git("diff", "--name-only", "main", "issue-2026-11-23") == "content/issues/2026-11-23.yaml"
    assert forge.git("diff", "--name-only", "main", "unpushed") == "content/metrics/2026-11-23.json"


def test_an_issue_that_nobody_reviews_is_committed(forge: Forge) -> None:
    assert day(forge, "auto", **MADE).returncode == 0
    assert forge.shown("main", "content/issues/2026-11-23.yaml") == LETTER.strip()
    assert forge.pulls == []


@pytest.mark.parametrize("said", ["", "AUTO", "auto\nreview", "delivery: auto", "automatic"])
def test_whatever_is_not_auto_is_reviewed(forge: Forge, said: str) -> None:
    day(forge, said, **MADE)
    assert "issue-2026-11-23" in forge.branches()


def test_a_day_done_again_commits_nothing(forge: Forge) -> None:
    day(forge, "auto", **MADE)
    before = forge.git("rev-parse", "main")
    assert day(forge, "auto", **MADE).returncode == 0
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


@pytest.mark.parametrize("place", ["content/metrics/2026-11-23.json", "content/issues/2026-11-23.yaml"])
def test_a_day_hands_over_no_huge_file(tmp_path: Path, place: str) -> None:
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * 1_000_000)
    counted, issues = untrusted().daily(tmp_path)
    assert [*counted, *issues] == [place]
    file.write_bytes(b"x" * 1_000_001)
    with pytest.raises(SystemExit, match="too large"):
        untrusted().daily(tmp_path)


# ---- sending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("issue", ["../../x", "2026-11-23; touch pwned", "today", "-x"])
def test_a_run_by_hand_is_about_an_issue(forge: Forge, issue: str) -> None:
    for script in (("asked-for.sh", "mail one issue"), ("claim.sh", forge.place / "reports")):
        assert forge.run(*script, issue).returncode != 0
    assert list(forge.place.rglob("pwned")) == []


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        ([], "maybe"),
        ([{"status": "in_progress", "steps": []}], "maybe"),
        ([{"status": "completed", "steps": [{"name": "Claim", "started_at": "x", "conclusion": "success"}]}], "never"),
        ([{"status": "completed", "steps": [{"name": "Send", "started_at": None, "conclusion": None}]}], "never"),
        ([{"status": "completed", "steps": [{"name": "Send", "started_at": "x", "conclusion": "skipped"}]}], "never"),
        ([{"status": "completed", "steps": [{"name": "Send", "started_at": "x", "conclusion": None}]}], "maybe"),
        ([{"status": "completed", "steps": [{"name": "Send", "started_at": "x", "conclusion": "cancelled"}]}], "maybe"),
        ([{"status": "completed", "steps": None}], "never"),
    ],
)
def test_a_run_never_sent_only_where_github_says_so(jobs: list[Data], said: str) -> None:
    assert untrusted().sends({"jobs": jobs}, "Send") == said
    assert untrusted().sends({}, "Send") == "maybe"


def test_what_people_were_told_is_known_by_our_own_issues_alone() -> None:
    ours: Data = {"user": {"login": "github-actions[bot]"}}
    issues: list[Data] = [
        {**ours, "body": "<!-- paper-digest: tell send-b -->\nWords."},
        {**ours, "body": "<!-- paper-digest: tell send-a -->\nWords."},
        {**ours, "body": "<!-- paper-digest: tell daily -->\nWords."},
        {**ours, "body": "<!-- paper-digest: tell send-c -->", "pull_request": {}},
        {"user": {"login": "stranger"}, "body": "<!-- paper-digest: tell send-d -->"},
        {"user": None, "body": "<!-- paper-digest: tell send-e -->"},
        {**ours, "body": None},
    ]
    assert untrusted().told(issues, "send-") == ["send-a", "send-b"]


def test_the_step_that_is_asked_about_is_the_one_that_sends() -> None:
    asked = re.search(r'untrusted.py" sends "([^"]+)"', (SCRIPTS / "claim.sh").read_text("utf-8"))
    assert asked
    [step] = [step for name, step in STEPS if (name, step.get("name")) == ("send/mail", asked[1])]
    assert "send-claimed.sh" in step["run"]


def test_nothing_is_sent_before_it_is_approved_claimed_and_online() -> None:
    names = [step.get("name") for step in JOBS["send/mail"]["steps"]]
    assert names.index("Claim what is due") < names.index("Send what is due") < names.index("Record who got it")
    assert JOBS["send/mail"]["environment"] == "mail"
    assert [name for name, job in JOBS.items() if job.get("environment") == "mail"] == ["send/mail"]


def test_a_secret_is_given_to_the_steps_that_need_it_and_to_no_other() -> None:
    given = {
        (name, step.get("name"))
        for name, step in STEPS
        if any("secrets." in str(value) for value in step.get("env", {}).values())
    }
    pushing = {("daily/commit", "Commit or propose"), ("publish/record", "Commit the ledger")}
    mailing = {("send/mail", name) for name in ("Claim what is due", "Send what is due", "Record who got it")}
    assert given == pushing | mailing
    for name, step in STEPS:
        known = {value for value in step.get("env", {}).values() if "secrets." in str(value)}
        if (name, step.get("name")) != ("send/mail", "Send what is due"):
            assert known <= {"${{ secrets.DIGEST_TOKEN }}", "${{ secrets.DIGEST_LEDGER_KEY }}"}, name


def test_what_is_run_again_is_the_newest() -> None:
    """But for what was built, whose scripts go with it, and for jobs that look at no content."""
    refs = {
        name: step["with"].get("ref")
        for name, step in STEPS
        if step.get("uses", "").startswith("actions/checkout@") and name.partition("/")[0] not in {"check", "tests"}
    }
    told = {name: None for name in refs if name.endswith("/tell")}
    assert refs == dict.fromkeys(refs, "${{ github.ref }}") | told | {
        "publish/deploy": "${{ needs.build.outputs.commit }}"
    }


def test_every_variable_that_the_readme_names_for_sending_reaches_the_step_that_sends() -> None:
    [step] = [step for name, step in STEPS if (name, step.get("name")) == ("send/mail", "Send what is due")]
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    named = set(re.findall(r"`((?:DIGEST|BUTTONDOWN|LISTMONK)_[A-Z_]+)`", readme.partition("## Sending issues")[2]))
    named -= {"DIGEST_SEND_VIA", "DIGEST_TOKEN", "DIGEST_LIVE"}
    assert len(named) >= 8
    assert named <= set(step["env"])


@pytest.mark.parametrize(("via", "given"), [("smtp", True), ("buttondown", False), ("listmonk", False)])
def test_readers_are_named_to_a_mail_server_alone(tmp_path: Path, via: str, given: bool) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/paper-digest").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / ".venv/bin/paper-digest").chmod(0o755)
    environment = {
        "VIA": via,
        "TMPDIR": str(tmp_path),
        "GITHUB_RUN_ID": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "DIGEST_RECIPIENTS": "ada@example.org",
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        ["bash", SCRIPTS / "send-claimed.sh", tmp_path / "reports", "2026-11-22", "2026-11-23"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("send 2026-11-22 ")
    assert second.startswith("send 2026-11-23 ")
    assert ("--to" in first) is given
    assert "--claimed 7-1" in first
    assert not [path for path in tmp_path.iterdir() if path.is_file()], "the readers are forgotten"


# ---- what people are told --------------------------------------------------------------------------------------------


def tell(forge: Forge, text: str, *more: str) -> subprocess.CompletedProcess[str]:
    path = forge.place / "told.md"
    path.write_text(text, "utf-8")
    return forge.run("tell.sh", "push", path, *more)


def test_what_needs_a_person_is_one_issue_that_is_kept_true_and_closed_when_it_is_settled(forge: Forge) -> None:
    for text in ("A title\n\nDo this.\n", "A title\n\nDo that.\n"):
        assert tell(forge, text).returncode == 0
    [issue] = forge.issues
    assert (issue["title"], issue["state"]) == ("A title", "open")
    assert "Do that." in issue["body"]
    assert "Do this." not in issue["body"]
    assert tell(forge, "").returncode == 0
    assert forge.issues[0]["state"] == "closed"
    assert "settled" in forge.comments[0]["body"]
    assert tell(forge, "").returncode == 0, "there is nothing to settle"


def test_what_somebody_closed_by_hand_is_not_opened_again_where_it_is_told_once(forge: Forge) -> None:
    tell(forge, "A title\n\nDo this.\n", "once")
    forge.write(issues=[forge.issues[0] | {"state": "closed"}])
    tell(forge, "A title\n\nDo this.\n", "once")
    assert len(forge.issues) == 1
    tell(forge, "A title\n\nDo this.\n")
    assert len(forge.issues) == 2


def test_a_strangers_issue_is_not_ours_whatever_it_begins_with(forge: Forge) -> None:
    theirs = {"number": 1, "state": "open", "user": {"login": "eve"}, "body": "<!-- paper-digest: tell push -->\n"}
    forge.write(issues=[theirs, theirs | {"number": 2, "user": {"login": BOT}, "pull_request": {}}])
    tell(forge, "A title\n\nDo this.\n")
    assert [each["number"] for each in forge.issues if each.get("title")] == [102]


@pytest.mark.parametrize("path", sorted((GITHUB / "messages").glob("*.md")), ids=lambda path: path.stem)
def test_every_message_has_a_title_and_says_what_to_do(path: Path) -> None:
    title, empty, text = path.read_text("utf-8").split("\n", 2)
    assert 10 < len(title) < 80
    assert (empty, title.startswith("#")) == ("", False)
    assert len(text) > 100
    assert path.stem == "push" or path.stem in WORKFLOWS
