"""Digests that tools from outside look at, built once for all workers of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, built_once
from tests.quality.serving import served_as_pages
from tests.sound.made import Built
from tests.sound.playing import typical_digest


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
