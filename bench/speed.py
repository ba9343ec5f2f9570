"""How long `check` and `build` take, as a reader of the README would run them: `make bench`.

With a number, `python bench/speed.py 2000`, it measures a made-up catalog of that many papers instead of the real one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("paper-digest")
RUNS = 5


def main() -> None:
    """Print the median of a few runs of each command."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("mkdocs.yml", "content", "theme"):
            source = REPOSITORY / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
        if len(sys.argv) > 1:
            _grow(root / "content" / "papers", int(sys.argv[1]))
        papers = sum(1 for _ in (root / "content" / "papers").rglob("*.yaml"))
        for command in ("check", "generate", "build"):
            times = sorted(_time(command, root) for _ in range(RUNS))
            print(f"{command:9} {papers} papers: median {median(times):.2f} s, {times[0]:.2f} to {times[-1]:.2f} s")


def _time(command: str, root: Path) -> float:
    shutil.rmtree(root / "build", ignore_errors=True)
    began = time.perf_counter()
    subprocess.run([COMMAND, command, "--root", root], check=True, capture_output=True)
    return time.perf_counter() - began


def _grow(papers: Path, count: int) -> None:
    """Copy the real papers, under new ids and without what must be unique, until there are so many."""
    originals = sorted(papers.rglob("*.yaml"))
    for number in range(len(originals), count):
        original = originals[number % len(originals)]
        lines = original.read_text("utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if not line.startswith(("arxiv:", "doi:")))
        retitled = re.sub(r"^(title: (?:\"|>\n  ))", rf"\g<1>{number}: ", kept, count=1, flags=re.MULTILINE)
        original.with_name(f"{original.stem}-{number}.yaml").write_text(retitled, "utf-8")


if __name__ == "__main__":
    main()
