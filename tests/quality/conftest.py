"""Both digests, built once for all workers of a run."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator import build
from generator.settings import read_identity
from tests.conftest import REPOSITORY, TODAY
from tests.quality.serving import served_as_pages


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Holds a lock that all workers of a run know, for what they must not do at the same moment."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A temporary folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


def built_once(digest: Path, root: Path) -> Path:
    """The site of a digest, built in another folder, unless another worker of this run did that already."""
    with alone(root.with_suffix(".lock")):
        if not (root / "build/site").is_dir():  # which is there only when all of a build succeeded
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(digest / "content", root / "content")
            shutil.copy(digest / "mkdocs.yml", root)
            (root / "theme").symlink_to(REPOSITORY / "theme")
            build.build(root, TODAY, print)
    return root / "build/site"


@pytest.fixture(scope="session")
def made_up_site(common: Path) -> Path:
    return built_once(REPOSITORY / "tests/data/digest", common / "made-up")


@pytest.fixture(scope="session")
def real_site(common: Path) -> Path:
    return built_once(REPOSITORY, common / "real")


@pytest.fixture(scope="session")
def real_address(real_site: Path) -> Iterator[str]:
    """Where the real site is served as it is in production."""
    with served_as_pages(real_site, read_identity(REPOSITORY).base_path) as address:
        yield address
