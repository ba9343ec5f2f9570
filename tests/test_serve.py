"""`paper-digest serve`, as a curator sees it: a real process, a real browser, and edits on disk."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import REPOSITORY
from tests.web import wait_until

COMMAND = Path(sys.executable).with_name("paper-digest")


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    """A digest with a theme of its own, so that styles can be edited."""
    root = tmp_path / "digest"
    shutil.copytree(REPOSITORY / "tests/data/digest", root)
    shutil.copytree(REPOSITORY / "theme", root / "theme")
    return root


@pytest.fixture
def address(digest: Path) -> Iterator[str]:
    command = [str(COMMAND), "serve", "--root", str(digest), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        url = next((found.group() for line in process.stdout if (found := re.search(r"http://127\S+", line))), None)
        assert url, "the command says where it serves"
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.mark.browser
def test_an_edit_reloads_the_browser_and_a_fault_shows_on_top_of_the_last_good_page(
    chromium: Browser, digest: Path, address: str
) -> None:
    paper = digest / "content/papers/2024/plain.yaml"
    good = paper.read_text("utf-8")
    with closing(chromium.new_page()) as page:
        page.goto(address + "papers/plain/")
        assert "A plain paper" in page.inner_text("h1")

        paper.write_text(good.replace("A plain paper: nothing", "An edited paper: nothing"), "utf-8")
        page.wait_for_selector("h1:has-text('An edited paper')", timeout=20_000)

        paper.write_text(good + "colour: red\n", "utf-8")
        page.wait_for_selector("#F-preview-problems:has-text('unknown key `colour`')", timeout=20_000)
        assert "An edited paper" in page.inner_text("h1"), "the last good page stays"
        assert f"content/papers/2024/plain.yaml:{good.count(chr(10)) + 1}:1" in page.inner_text("#F-preview-problems")

        paper.write_text(good, "utf-8")
        page.wait_for_selector("h1:has-text('A plain paper')", timeout=20_000)
        assert page.query_selector("#F-preview-problems") is None

        style = digest / "theme/overrides/assets/css/digest.css"
        style.write_text(style.read_text("utf-8") + "\nh1 { letter-spacing: 7px !important; }\n", "utf-8")
        # While it reloads, the page may have no heading yet.
        spacing = "[...document.querySelectorAll('h1')].map((h1) => getComputedStyle(h1).letterSpacing)"
        wait_until(page, f"{spacing}[0] === '7px'")

        template = digest / "theme/templates/pages/paper.html.j2"
        template.write_text(template.read_text("utf-8").replace("In this digest</h2>", "In this test</h2>"), "utf-8")
        page.wait_for_selector("h2:has-text('In this test')", timeout=20_000)


@pytest.mark.browser
def test_the_letter_of_the_next_issue_can_be_looked_at(chromium: Browser, address: str) -> None:
    with closing(chromium.new_page()) as page:
        response = page.goto(address + "__preview/next-issue")
        assert response is not None
        assert response.status == 200
        assert "A title that goes on and on" in page.inner_text("body"), "the one paper that no issue told of"


@pytest.mark.browser
def test_a_page_that_is_not_there_shows_the_sites_own_404(chromium: Browser, address: str) -> None:
    with closing(chromium.new_page()) as page:
        response = page.goto(address + "nowhere/")
        assert response is not None
        assert response.status == 404
        assert "There is no page here" in page.inner_text("h1")


@pytest.mark.browser
def test_a_digest_that_was_never_good_shows_its_problems(chromium: Browser, tmp_path: Path) -> None:
    root = tmp_path / "digest"
    shutil.copytree(REPOSITORY / "tests/data/digest", root)
    (root / "content/papers/2024/plain.yaml").write_text("title: [\n")
    command = [str(COMMAND), "serve", "--root", str(root), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        url = next(found.group() for line in process.stdout if (found := re.search(r"http://127\S+", line)))
        with closing(chromium.new_page()) as page:
            page.goto(url)
            page.wait_for_selector("#F-preview-problems:has-text('plain.yaml:2:1')")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_it_ends_as_cleanly_when_it_is_told_to_as_with_ctrl_c(digest: Path) -> None:
    command = [str(COMMAND), "serve", "--root", str(digest), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    next(line for line in process.stdout if "Serving at" in line)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.endswith("Ended.\n")
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_told_plainly(tmp_path: Path) -> None:
    root = tmp_path / "digest"
    shutil.copytree(REPOSITORY / "tests/data/digest", root)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [str(COMMAND), "serve", "--root", str(root), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert f"port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
