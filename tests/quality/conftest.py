"""Both digests, built once for all workers of a run."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator import build
from tests.conftest import REPOSITORY, TODAY, site_of
from tests.quality.serving import served_as_pages
from tests.sound.made import Built
from tests.sound.playing import typical_digest


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


def built_once(digest: Path, root: Path) -> Built:
    """The site of a digest, built in another folder, unless another worker of this run did that already."""
    with alone(root.with_suffix(".lock")):
        if not (root / "build/site").is_dir():  # which is there only when all of a build succeeded
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(digest / "content", root / "content")
            shutil.copy(digest / "mkdocs.yml", root)
            (root / "theme").symlink_to(REPOSITORY / "theme")
            build.build(root, TODAY, print)
    return Built(site_of(root), root / "build/site")


@pytest.fixture(scope="session")
def made_up(common: Path) -> Built:
    return built_once(REPOSITORY / "tests/data/digest", common / "made-up")


@pytest.fixture(scope="session")
def real_built(common: Path) -> Built:
    return built_once(REPOSITORY, common / "real")


@pytest.fixture(scope="session")
def typical(common: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A digest as large as a real one, of papers of the usual length: speed and weight are measured of it, since
    nothing keeps a curator from a paper that is ten times as long.
    """
    return built_once(typical_digest(tmp_path_factory.mktemp("typical")), common / "typical")


@pytest.fixture(scope="session")
def typical_address(typical: Built) -> Iterator[str]:
    """Where that site is served as it would be in production."""
    with served_as_pages(typical.folder, typical.site.identity.base_path) as address:
        yield address
