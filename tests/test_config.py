"""mkdocs.yml is read without running anything, and MkDocs gets what was read."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from paper_digest.building.build import build
from paper_digest.digest.config import Config, Tagged, read_config
from paper_digest.digest.opening import examine
from paper_digest.problems import ProblemsFound
from tests.conftest import BASICS, PAPER, REPOSITORY, TODAY, MakeDigest

IDENTITY = "site_name: Test\nsite_url: https://digest.example/\n"


def bomb(first: str, shape: str, times: int) -> str:
    """Settings in which every value holds the one before so many times."""
    lines = [f"a: &a {first}"]
    for before, name in pairwise("abcdefghi"):
        lines.append(f"{name}: &{name} " + shape.format(",".join([f"*{before}"] * times)))
    return "\n".join(lines) + "\n"


def refused(make_digest: MakeDigest, config: str, **others: str) -> str:
    """What is said of an mkdocs.yml that cannot be read: one problem, with its place and remedy."""
    with pytest.raises(ProblemsFound) as found:
        read_config(make_digest({"mkdocs.yml": config, **others}))
    [problem] = found.value.problems
    assert problem.remedy
    return str(problem)


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['touch {}']",
        "!!python/object/new:os.system ['touch {}']",
        "!!python/object:os.system {{}}",
        "!!python/object/apply:subprocess.check_output [[touch, '{}']]",
        "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {}']",
        "[{{deep: !!python/object/apply:os.system ['touch {}']}}]",
        "{{? !!python/object/apply:os.system ['touch {}'] : key}}",
        "!!python/module:antigravity",
        "!!python/name:os.system;touch",
        "!!python/tuple [a]",
        "!!binary aGk=",
        "!anything else",
    ],
)
def test_no_tag_runs_anything_and_each_is_told_with_its_place(
    make_digest: MakeDigest, tmp_path: Path, value: str
) -> None:
    canary = tmp_path / "canary"
    told = refused(make_digest, f"{IDENTITY}extra:\n  found: {value.format(canary)}\n")
    assert told.startswith("mkdocs.yml:4:"), told
    assert not canary.exists()


def test_names_of_python_functions_stay_names(make_digest: MakeDigest, tmp_path: Path) -> None:
    (tmp_path / "spy.py").write_text(f"open({str(tmp_path / 'canary')!r}, 'w')\n")
    config = f"{IDENTITY}extra: {{format: !!python/name:spy.run }}\n"
    root = make_digest({"mkdocs.yml": config, "content/papers/a.yaml": PAPER})
    ran = [sys.executable, "-m", "paper_digest.commands.cli", "check", "--root", str(root)]
    subprocess.run(ran, cwd=tmp_path, check=False, capture_output=True)
    assert read_config(root).values["extra"]["format"] == Tagged("tag:yaml.org,2002:python/name:spy.run", "")
    assert examine(root, TODAY).site is not None
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    ("config", "what"),
    [
        (bomb("[x,x,x,x,x,x,x,x,x]", "[{}]", 9), "holds more than 50,000 values"),
        (bomb("{k: v}", "{{<<: [{}]}}", 30), "holds more than 50,000 values"),
        ("a: &a [*a]\n", "the alias `.a` stands for nothing, or for what it stands in"),
        ("a: *a\n", "the alias `.a` stands for nothing, or for what it stands in"),
        (f"a: {'[' * 100}{']' * 100}\n", "is nested more than 32 deep"),
        (f"a: {'[' * 100_000}\n", "nested|cannot read"),
        (f"{'- ' * 3_000}a\n", "is nested more than 32 deep"),
        (f"a: {'x' * 1_100_000}\n", "it is larger than 1 MB"),
        ("a: 2026-13-45\n", "cannot read the file"),
        (f"a: {'9' * 5_000}\n", "cannot read the file"),
        ("a: b\n---\nc: d\n", "cannot read the file"),
        ("- a\n", "the file is no mapping"),
        ("a: \xff\n", None),
        ("? [a]\n: b\n", "cannot read the file"),
        ("a: [\n", "cannot read the file"),
    ],
)
def test_bombs_and_broken_files_are_told_at_once(make_digest: MakeDigest, config: str, what: str | None) -> None:
    if what is None:
        assert read_config(make_digest({"mkdocs.yml": config})).values
    else:
        with pytest.raises(ProblemsFound, match=what):
            read_config(make_digest({"mkdocs.yml": config}))


def test_anchors_and_merge_keys_hold(make_digest: MakeDigest) -> None:
    config = read_config(make_digest({"mkdocs.yml": "a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: [*a, *a]\n"}))
    assert config.values["b"] == {"x": 1, "y": 2}
    assert yaml.safe_load(config.written_out()) == config.values
    assert b"&" not in config.written_out()


def test_the_environment_is_asked_as_mkdocs_does(make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", "3")
    config = "a: !ENV NUMBER\nb: !ENV [NOT_SET, NUMBER, 4]\nc: !ENV [NOT_SET, yes]\nd: !ENV NOT_SET\n"
    assert read_config(make_digest({"mkdocs.yml": config})).values == {"a": 3, "b": 3, "c": True, "d": None}


def test_what_is_inherited_lies_under_what_is_said(make_digest: MakeDigest) -> None:
    files = {
        "mkdocs.yml": f"INHERIT: settings/base.yml\n{IDENTITY}extra: {{b: 2}}\n",
        "settings/base.yml": "INHERIT: more.yml\nextra: {a: 1, b: 1}\n",
        "settings/more.yml": "extra: {c: 3}\nsite_name: Hidden\n",
    }
    values = read_config(make_digest(files)).values
    assert values["extra"] == {"a": 1, "b": 2, "c": 3}
    assert values["site_name"] == "Test"
    assert "INHERIT" not in values


@pytest.mark.parametrize(
    ("parent", "what"),
    [
        ("../outside.yml", "leads out of the digest's folder"),
        ("/etc/hostname", "leads out of the digest's folder"),
        ("mkdocs.yml", "leads round in a circle"),
        ("settings/../mkdocs.yml", "leads round in a circle"),
        ("missing.yml", "names a file that is not there"),
        ("link.yml", "leads out of the digest's folder"),
        ("[a, b]", "leads out of the digest's folder"),
    ],
)
def test_only_files_of_the_digest_are_inherited(make_digest: MakeDigest, parent: str, what: str) -> None:
    root = make_digest({})
    (root / "link.yml").symlink_to("/etc/hostname")
    assert what in refused(make_digest, f"INHERIT: {parent}\n")


def test_a_tag_that_runs_is_refused_in_what_is_inherited(make_digest: MakeDigest, tmp_path: Path) -> None:
    bad = f"a: !!python/object/apply:os.system ['touch {tmp_path / 'canary'}']\n"
    told = refused(make_digest, "INHERIT: base.yml\n", **{"base.yml": bad})
    assert told.startswith("base.yml:1:4:")
    assert not (tmp_path / "canary").exists()


def test_what_was_read_comes_out_the_same_for_mkdocs_own_loader() -> None:
    values = {
        "name": "no: yes # \x85 ü ❤",
        "number": "1e3",
        "real": 1.5,
        "nothing": None,
        "deep": [{"a": ["x", True]}],
        "function": Tagged("tag:yaml.org,2002:python/name:os.path.join", ""),
    }
    import os.path

    from mkdocs.utils.yaml import yaml_load

    assert yaml_load(Config(values).written_out().decode()) == {**values, "function": os.path.join}


def test_mkdocs_reads_no_mkdocs_yml_itself_and_plain_mkdocs_makes_the_same(tmp_path: Path) -> None:
    """The settings come through the pipe: a file that only MkDocs would misread does no harm, and hooks still run."""
    root = tmp_path / "a digest"
    for name, text in {**BASICS, "content/papers/a.yaml": PAPER}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / "theme").symlink_to(REPOSITORY / "theme")
    (root / "hook.py").write_text("def on_post_page(output, page, config):\n    return output + '<!-- hooked -->'\n")
    (root / "mkdocs.yml").write_text(
        BASICS["mkdocs.yml"] + "docs_dir: build/docs\nsite_dir: build/site\nhooks: [hook.py]\nplugins: []\n"
        "theme: {name: material, custom_dir: theme/overrides, font: false}\n"
        "markdown_extensions: [{toc: {slugify: !!python/name:markdown.extensions.toc.slugify_unicode }}]\n"
    )
    build(root, TODAY, print)
    plain = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "plain")]
    subprocess.run(plain, cwd=root, check=True, capture_output=True)
    pages = sorted(path.relative_to(tmp_path / "plain") for path in (tmp_path / "plain").rglob("*") if path.is_file())
    assert len(pages) > 20
    for page in pages:
        assert (root / "build/site" / page).read_bytes() == (tmp_path / "plain" / page).read_bytes(), page
    assert "<!-- hooked -->" in (root / "build/site/index.html").read_text("utf-8")
