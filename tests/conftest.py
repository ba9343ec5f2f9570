"""What the tests share: small digests in temporary folders, made from text."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from paper_digest.building.build import build
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from tests.apis import Apis, playing
from tests.sound.made import TODAY as TODAY
from tests.sound.made import Built, Made, made_of
from tests.web import browser, served

REPOSITORY = Path(__file__).resolve().parent.parent

BASICS = {
    "mkdocs.yml": "site_name: Test Digest\nsite_url: https://digest.example/sub/\n"
    "repo_url: https://code.example/team/digest\nedit_uri: edit/main/\n",
    "content/digest.yaml": "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n",
    "content/categories.yaml": "- {id: vision, title: Vision, family: images, description: Pictures.}\n"
    "- {id: language, title: Language, family: words, description: Words.}\n",
    "content/tags.yaml": "- {id: mri, title: MRI, kind: modality, aliases: [magnetic resonance]}\n"
    "- {id: rlhf, title: RLHF, kind: technique}\n",
    "content/venues.yaml": "- {name: ICLR, title: International Conference, kind: conference, aliases: [Iclr conf]}\n",
}
PAPER = "title: A paper\nabstract: It says something.\ncategories: [vision]\n"

MakeDigest = Callable[[dict[str, str]], Path]


# A busy machine is no fault: speed is measured in bench/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refresh` writes pinned outputs anew, to be read in the diff."""
    parser.addoption("--refresh", action="store_true", help="write pinned outputs anew")


@pytest.fixture
def make_digest(tmp_path: Path) -> MakeDigest:
    """Makes a digest of the given files, beside a few basic ones, in a temporary folder."""

    def make(files: dict[str, str]) -> Path:
        for name, content in {**BASICS, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
        return tmp_path

    return make


@pytest.fixture
def apis() -> Iterator[Apis]:
    """The APIs of the web on loopback; they answer nothing until they are told to."""
    with playing() as played:
        yield played


@pytest.fixture(scope="session")
def example_digest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the made-up digest in tests/data that shows every feature."""
    root = tmp_path_factory.mktemp("digest") / "example"
    shutil.copytree(REPOSITORY / "tests" / "data" / "digest", root)
    (root / "theme").symlink_to(REPOSITORY / "theme")
    return root


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
            build(root, TODAY, print)
    return Built(site_of(root), root / "build/site")


@pytest.fixture(scope="session")
def made_up(common: Path) -> Built:
    """The made-up digest, built."""
    return built_once(REPOSITORY / "tests/data/digest", common / "made-up")


@pytest.fixture(scope="session")
def built(made_up: Built) -> Path:
    """The build folder of the made-up digest, with its site."""
    return made_up.folder.parent


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Where the site of the made-up digest is served for as long as the tests last."""
    with served(built / "site", "/sub/") as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser: one for all tests of a process, since there can be no second."""
    with browser() as launched:
        yield launched


@pytest.fixture(scope="session")
def example(example_digest: Path) -> Made:
    """The made-up digest, with everything that is generated of it."""
    return made_of(example_digest)


@pytest.fixture(scope="session")
def example_site(example: Made) -> Site:
    """The Site of the made-up digest."""
    return example.site


@pytest.fixture(scope="session")
def example_outputs(example: Made) -> dict[str, bytes]:
    """Everything that is generated of the made-up digest, by path below the build folder."""
    return dict(example.files)


@pytest.fixture(scope="session")
def real() -> Made:
    """The repository's own digest. Whatever is asked of it must hold for every digest that `check` has nothing against:
    curators write it, and tests are no second check. `tests/sound` plays what they may write.
    """
    return made_of(REPOSITORY)


def site_of(root: Path) -> Site:
    """The Site of a digest in a folder."""
    examined = examine(root, TODAY)
    assert examined.site is not None, examined.problems
    return examined.site
