"""The commands as people type them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from paper_digest.commands.cli import main
from tests.apis import Apis
from tests.conftest import PAPER, REPOSITORY, MakeDigest
from tests.issue_forms import rendered

PLACE = "content/papers/a-paper.yaml"
BROKEN = {
    "bad YAML": b"title: [\n",
    "a tab": b"title: x\n\tabstract: y\n",
    "an unknown key": PAPER.encode() + b"tittle: x\n",
    "an unknown category": b"title: x\nabstract: y\ncategories: [visoin]\n",
    "a duplicate key": PAPER.encode() + b"title: again\n",
    "an alias": PAPER.encode() + b"doi: *x\n",
    "a tag": PAPER.encode() + b"doi: !!python/name:os.system\n",
    "2024-01-99": PAPER.encode() + b"added: 2024-01-99\n",
    "an arXiv id of the wrong form": PAPER.encode() + b"arxiv: 24.1\n",
    "a javascript link": PAPER.encode() + b"links: {code: 'javascript:alert(1)'}\n",
    "an empty file": b"",
    "a NUL": PAPER.encode() + b"doi: \x00\n",
    "5,000 brackets deep": b"title: " + b"[" * 5000 + b"]" * 5000 + b"\n",
    "not UTF-8": b"title: \xff\n",
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def everything(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_check_of_a_sound_digest_ends_well_and_counts(make_digest: MakeDigest) -> None:
    done = run("check", "--root", str(make_digest({PLACE: PAPER})))
    assert done.exit_code == 0
    assert done.output == "No problems in 1 paper, 2 categories, 2 tags, 0 issues.\n"


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("command", ["check", "generate", "build"])
def test_a_broken_file_gives_one_problem_at_its_place_and_changes_nothing(
    make_digest: MakeDigest, fault: str, command: str
) -> None:
    root = make_digest({PLACE: PAPER})
    run("generate", "--root", str(root))
    (root / PLACE).write_bytes(BROKEN[fault])
    before = everything(root)
    done = run(command, "--root", str(root))
    assert done.exit_code == 1
    problems = [line for line in done.output.splitlines() if line.startswith("content/")]
    assert len(problems) == 1, done.output
    assert problems[0].startswith(f"{PLACE}:")
    assert "Traceback" not in done.output
    assert everything(root) == before


def test_a_duplicate_id_gives_one_problem_and_changes_nothing(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER, "content/papers/deeper/a-paper.yaml": PAPER.replace("A paper", "Another")})
    before = everything(root)
    done = run("build", "--root", str(root))
    assert done.exit_code == 1
    assert done.output.count("the id `a-paper` is taken") == 1
    assert everything(root) == before


def test_problems_are_told_one_a_line_with_the_remedy_below_and_never_wrapped(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER + f"links: {{code: {'x' * 300}}}\n"})
    first, second, last = run("check", "--root", str(root)).output.splitlines()
    assert first == f"{PLACE}:4:15: links.code: `{'x' * 80}` is not a web address"
    assert second == "    write the whole address, from https:// on, without spaces"
    assert last.startswith("1 error in ")


def test_json_is_one_document_and_nothing_else(make_digest: MakeDigest) -> None:
    done = run("check", "--root", str(make_digest({PLACE: PAPER + "tags: [nope]\n"})), "--format", "json")
    assert done.exit_code == 1
    [problem] = json.loads(done.stdout)["problems"]
    assert problem == {
        "path": PLACE, "line": 4, "column": 8, "severity": "error", "rule": "unknown-tag", "what": "unknown tag `nope`",
        "remedy": "Every tag is listed in content/tags.yaml",
    }  # fmt: skip


def test_github_gets_annotations_and_sarif_is_one_document(make_digest: MakeDigest) -> None:
    root = str(make_digest({PLACE: PAPER + "tags: [nope]\n"}))
    annotated = run("check", "--root", root, "--format", "github")
    assert annotated.exit_code == 1
    assert annotated.output.startswith(f"::error file={PLACE},line=4,col=8,title=unknown tag `nope`::")
    sarif = run("check", "--root", root, "--format", "sarif")
    assert json.loads(sarif.stdout)["runs"][0]["results"][0]["ruleId"] == "unknown-tag"


def test_fmt_brings_files_into_style_and_then_has_nothing_to_do(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: "abstract: x\n# why\ntitle: A\ncategories: [vision]\n"})
    checked = run("fmt", "--root", str(root), "--check")
    assert checked.exit_code == 1
    assert f"{PLACE}: not in house style" in checked.output
    assert (root / PLACE).read_text().startswith("abstract")
    done = run("fmt", "--root", str(root))
    assert done.exit_code == 0
    assert (root / PLACE).read_text() == '# why\ntitle: "A"\nabstract: >\n  x\ncategories: [vision]\n'
    assert run("fmt", "--root", str(root), "--check").output == "Every file is in house style.\n"


def test_fmt_tells_a_broken_file_and_formats_the_others(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: "title: [\n", "content/papers/b.yaml": "abstract: x\ntitle: B\ncategories: [vision]\n"})
    done = run("fmt", "--root", str(root))
    assert done.exit_code == 1
    assert f"{PLACE}:2:1: " in done.output
    assert done.output.endswith("1 file cannot be formatted.\n")
    assert (root / "content/papers/b.yaml").read_text().startswith("title")


def test_schema_writes_what_is_stale_and_says_so_only_once(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    assert run("schema", "--root", str(root), "--check").exit_code == 1
    assert not (root / "content/schemas").exists()
    assert run("schema", "--root", str(root)).output.count(": written") == 7
    assert run("schema", "--root", str(root), "--check").output == "Every schema is up to date.\n"


def test_warnings_pass_unless_strict(make_digest: MakeDigest) -> None:
    root = str(make_digest({PLACE: PAPER + "venue: {name: Unheard Of}\n"}))
    assert run("check", "--root", root).exit_code == 0
    assert run("check", "--root", root, "--strict").exit_code == 1


@pytest.mark.parametrize("arguments", [["chekc"], ["check", "--root", "/does/not/exist"], ["check", "--format", "xml"]])
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_generate_says_what_it_did_and_writes_nothing_the_second_time(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    first = run("generate", "--root", str(root))
    assert first.exit_code == 0, first.output
    assert "written, 0 removed" in first.output
    assert ": 0 written, 0 removed" in run("generate", "--root", str(root)).output


def test_every_command_is_in_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    missing = [name for name in main.commands if f"paper-digest {name}" not in readme]
    assert missing == []


def test_every_command_says_what_it_does() -> None:
    for name, command in main.commands.items():
        assert isinstance(command, click.Command)
        assert command.help, name
        assert run(name, "--help").exit_code == 0


# ---- from outside ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mirror(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> Apis:
    """The APIs on loopback, where the commands look for a caching proxy."""
    apis.play()
    monkeypatch.setenv("PAPER_DIGEST_MIRROR", apis.base)
    return apis


def test_add_writes_a_file_says_what_to_look_at_and_check_is_content(make_digest: MakeDigest, mirror: Apis) -> None:
    root = make_digest({PLACE: PAPER.replace("It says something", "Lanterns read k-space and maps of the dark")})
    done = run("add", "--root", str(root), "https://arxiv.org/abs/2611.01234")
    assert done.exit_code == 0, done.output
    assert "content/papers/2026/lanternnet.yaml: written (from arXiv 2611.01234)" in done.output
    assert "still missing: summary" in done.output
    assert "{{" not in done.output


def test_add_tells_a_dry_run_and_writes_nothing(make_digest: MakeDigest, mirror: Apis) -> None:
    root = make_digest({PLACE: PAPER})
    done = run("add", "--root", str(root), "--dry-run", "2611.01234")
    assert done.exit_code == 0
    assert '# content/papers/2026/lanternnet.yaml\ntitle: "LanternNet' in done.output
    assert list((root / "content/papers").rglob("*.yaml")) == [root / PLACE]


def test_answers_of_the_web_are_kept_for_the_next_command(make_digest: MakeDigest, mirror: Apis) -> None:
    root = make_digest({PLACE: PAPER})
    for _ in range(2):
        run("add", "--root", str(root), "--dry-run", "2611.01234")
    assert len(mirror.asked) == 1
    run("add", "--root", str(root), "--dry-run", "--fresh", "2611.01234")
    assert len(mirror.asked) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["nonsense"], 1, "is not understood"),
        (["2610.99999"], 1, "arXiv has no such paper"),
        ([], 2, "Give at least one SOURCE"),
        (["--id", "x", "2611.01234", "2611.05678"], 2, "--id names a single paper"),
        (["--form", "mkdocs.yml", "--dry-run"], 2, "--form is taken in as it is"),
        (["--form", "mkdocs.yml"], 2, "--form is taken in as it is"),
    ],
)
def test_add_says_plainly_why_nothing_was_added(
    make_digest: MakeDigest, mirror: Apis, arguments: list[str], status: int, words: str
) -> None:
    root = make_digest({PLACE: PAPER})
    before = {path for path in everything(root) if "build" not in path.parts}
    done = run("add", "--root", str(root), *arguments)
    assert done.exit_code == status
    assert words in done.output
    assert "Traceback" not in done.output
    assert {path for path in everything(root) if "build" not in path.parts} == before


def test_verify_tells_what_differs_and_writes_it_when_asked(make_digest: MakeDigest, mirror: Apis) -> None:
    paper = (
        PAPER.replace("A paper", "LanternNet and a Map of k-space") + 'authors: [Ada Ångström]\narxiv: "2611.01234"\n'
    )
    root = make_digest({PLACE: paper})
    told = run("verify", "--root", str(root), "--no-links")
    assert told.exit_code == 0, told.output
    assert f"{PLACE}:1:8: warning: title: arXiv 2611.01234 has" in told.output
    assert (root / PLACE).read_text("utf-8") == paper
    document = json.loads(run("verify", "--root", str(root), "--no-links", "--format", "json").stdout)
    assert {each["paper"] for each in document["differences"]} == {"a-paper"}
    run("verify", "--root", str(root), "--no-links", "--write")
    assert 'title: "LanternNet: Reading' in (root / PLACE).read_text("utf-8")
    assert run("verify", "--root", str(root), "nobody").exit_code == 1


def test_diff_tells_what_a_change_means_for_readers(
    make_digest: MakeDigest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = make_digest({PLACE: PAPER})
    base = tmp_path_factory.mktemp("base") / "digest"
    shutil.copytree(root, base)
    assert run("diff", "--root", str(root), str(base)).output.startswith("No change since")
    (root / "content/papers/b.yaml").write_text(PAPER.replace("A paper", "B paper"))
    assert run("diff", "--root", str(root), str(base)).output.startswith("1 paper added")
    assert "### Papers added" in run("diff", "--root", str(root), str(base), "--format", "markdown").output
    assert run("diff", "--root", str(root), "no-such-base").exit_code == 2


ANSWERS = [
    "nonsense",  # asked again
    "",  # no address
    "",  # asked again
    "A new paper about MRI",
    "Ada Lovelace, Plato",
    "It says something about MRI.",
    "",  # a second paragraph
    "And then something else.",
    ".",
    "",  # no link
    "visoin, zoology",  # corrected by what is said
    "Vision",  # by its title
    "",  # the suggested tags
    "too short",
    "It says something about MRI in one whole sentence.",
    "a-paper",  # taken
    "Not An Id",
    "new-paper",
    "y",
]


def test_new_asks_until_every_answer_is_right_and_writes_the_file(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    done = CliRunner().invoke(
        main, ["new", "--root", str(root)], input="\n".join(ANSWERS) + "\n", catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    assert "And then something else." in (root / "content/papers/undated/new-paper.yaml").read_text("utf-8")
    for words in ("is not understood", "this is needed", "did you mean vision?", "no `zoology`"):
        assert words in done.output, words
    for words in ("write one sentence of 40 to 200", "`a-paper` is taken", "is not an id"):
        assert words in done.output, words
    lines = (root / "content/papers/undated/new-paper.yaml").read_text("utf-8").splitlines()
    assert lines[:2] == ['title: "A new paper about MRI"', "authors: [Ada Lovelace, Plato]"]
    assert run("check", "--root", str(root)).exit_code == 0


def test_new_writes_nothing_when_it_is_broken_off(make_digest: MakeDigest) -> None:
    root = make_digest({PLACE: PAPER})
    for answers in (ANSWERS[:5], [*ANSWERS[:-1], "n"]):
        done = CliRunner().invoke(main, ["new", "--root", str(root)], input="\n".join(answers) + "\n")
        assert done.exit_code == 1
        assert "Traceback" not in done.output
    assert list((root / "content/papers").rglob("*.yaml")) == [root / PLACE]


def test_new_with_an_address_does_what_add_does(make_digest: MakeDigest, mirror: Apis) -> None:
    root = make_digest({PLACE: PAPER})
    assert run("new", "--root", str(root), "2611.01234").exit_code == 0
    assert (root / "content/papers/2026/lanternnet.yaml").is_file()


def test_a_form_gives_a_title_and_an_answer(make_digest: MakeDigest, mirror: Apis, tmp_path: Path) -> None:
    root = make_digest({PLACE: PAPER})
    form, answer = tmp_path / "form.md", tmp_path / "answer.md"
    form.write_text(rendered("add-paper", link="2611.01234", category="Vision (vision)"), "utf-8")
    done = run("add", "--root", str(root), "--form", str(form), "--answer", str(answer))
    assert (done.exit_code, done.output) == (0, "Add lanternnet\n")
    assert answer.read_text().startswith("Thank you.")
    assert run("add", "--root", str(root), "--form", str(form), "--answer", str(answer)).exit_code == 1
    assert "already in the catalog" in answer.read_text()
