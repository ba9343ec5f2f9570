"""How long a reader waits when filtering a listing in the browser: `python -m bench.filters`.

With numbers, `python -m bench.filters 500 20000`, it measures catalogs of these sizes. Papers are copies of the real
ones. The site around them is the one in build/site, which must have been built. Times are from a key to the new cards.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from paper_digest.digest.identity import read_identity
from tests.quality.serving import served_as_pages
from tests.web import browser

REPOSITORY = Path(__file__).resolve().parent.parent
SIZES = (189, 2_000, 10_000)
TYPED = "medical imaging"
# From the event to the moment at which the browser has drawn what came of it.
TIMED = """
async (letters) => {
  const field = document.getElementById("filter-q");
  const drawn = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const times = [];
  for (const letter of letters) {
    const began = performance.now();
    field.value += letter;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
    times.push(performance.now() - began);
  }
  return times;
}
"""


def main() -> None:
    """Measure each size."""
    for size in map(int, sys.argv[1:] or map(str, SIZES)):
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder) / "site")


def measure(count: int, site: Path) -> None:
    """Print how large the file of cards is, and the times of the first key and of the others."""
    shutil.copytree(REPOSITORY / "build/site", site)
    _grow(site / "papers/cards.json", count)
    with served_as_pages(site, read_identity(REPOSITORY).base_path) as address, browser() as opened:
        page = opened.new_page()
        sizes: list[int] = []
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        page.goto(address + "papers/", wait_until="networkidle")
        sizes.clear()
        page.evaluate(TIMED, "m")
        page.wait_for_function("document.querySelector('[data-count]').textContent.includes(' of ')")
        times = page.evaluate(TIMED, TYPED[1:])
    weight = f"cards {sum(sizes) / 1000:.0f} kB compressed"
    print(f"{count} papers: {weight}; a key {median(times):.0f} ms, at most {max(times):.0f}")


def _grow(cards: Path, count: int) -> None:
    """Repeat the papers under new ids until there are so many."""
    read = json.loads(cards.read_text("utf-8"))
    papers = read["papers"]
    read["papers"] = [{**papers[n % len(papers)], "id": f"{papers[n % len(papers)]['id']}-{n}"} for n in range(count)]
    cards.write_text(json.dumps(read, ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
