"""The tools that these tests need beside Python: where one is absent they are skipped, but never in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

MODULES = Path(__file__).resolve().parent / "node" / "node_modules"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def absent(tool: str) -> NoReturn:
    """Skip the test that asks, loudly; in CI, where nothing may be left out by accident, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{tool} is missing, and CI must run every test", pytrace=False)
    pytest.skip(f"NOT TESTED: {tool} is missing")


def java() -> str:
    return shutil.which("java") or absent("Java")


def node() -> str:
    return shutil.which("node") or absent("Node")


def module(path: str) -> str:
    """A file below node_modules, which `make test` fills where there is a Node that is recent enough."""
    return str(MODULES / path) if (MODULES / path).is_file() else absent(f"tests/node/node_modules/{path}")


def newsboat() -> str:
    return shutil.which("newsboat") or absent("newsboat")


def chromium() -> str:
    """The browser, or another that `CHROMIUM` names."""
    names = (os.environ.get("CHROMIUM"), *BROWSERS)
    return next((found for name in names if name and (found := shutil.which(name))), None) or absent("Chromium")
