"""How long a file of 2,000 references takes, from BibTeX, RIS and CSL-JSON to the texts of new paper files.

The entries are those of the corpus in tests/data/references, again and again, each with a title and an abstract of its
own. Seconds are those of the processor, so that others at work do not count. `python bench/references.py`
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from paper_digest.importing.adding import add
from paper_digest.importing.web import Web
from tests.references import cases, empty_digest

ENTRIES = 2_000
_SYLLABLES = "la mu bee ro ga li da slo fa de gra sca ima mo stu fi ni ta ve ko".split()
_WORDS = [f"{one}{two}{three}" for one in _SYLLABLES for two in _SYLLABLES for three in _SYLLABLES[:8]]
"""As many as the papers of a field use, and not one of them a word."""


def text(words: int, random_of: random.Random) -> str:
    """Words that nobody else says in this order."""
    return " ".join(random_of.choice(_WORDS) for _ in range(words))


def name(random_of: random.Random) -> str:
    """A name of letters alone, as most are."""
    return random_of.choice(_WORDS).capitalize()


def bibtex(random_of: random.Random) -> str:
    """Entries of the corpus with names, LaTeX and ids as they are there."""
    given = [str(case.said["input"]) for case in cases("bibtex") if "becomes" not in case.said]
    bodies = [fields for fields in given if not re.search("title|abstract|doi|01234|0309136", fields)]
    return "\n".join(
        f"@article{{k{number}, title={{{{L}}amp {text(8, random_of)}}}, "
        f"abstract={{We show that {{\\%}} of \\emph{{lamps}} {text(150, random_of)} at $x_{{i}}$.}},\n"
        f"  doi={{10.5555/{number}}}, {bodies[number % len(bodies)]}}}"
        for number in range(ENTRIES)
    )


def ris(random_of: random.Random) -> str:
    """Records with five authors each."""
    return "".join(
        f"TY  - JOUR\nTI  - Lamp {text(8, random_of)}\nAB  - <p>{text(150, random_of)}</p>\nPY  - 2024/05\n"
        + "".join(f"AU  - {name(random_of)}, {name(random_of)} J.\n" for _ in range(5))
        + f"T2  - Journal of Lamps &amp; Maps\nDO  - 10.5555/{number}\nER  - \n"
        for number in range(ENTRIES)
    )


def csl(random_of: random.Random) -> str:
    """Items with five authors each."""
    return json.dumps(
        [
            {
                "title": f"Lamp <i>{text(8, random_of)}</i>",
                "abstract": f"<jats:p>{text(150, random_of)}</jats:p>",
                "author": [{"family": name(random_of), "given": name(random_of)} for _ in range(5)],
                "issued": {"date-parts": [[2024, 5]]},
                "DOI": f"10.5555/{number}",
            }
            for number in range(ENTRIES)
        ]
    )


def main() -> None:
    """Print the seconds of each format."""
    made = {"refs.bib": bibtex, "refs.ris": ris, "refs.json": csl}
    with tempfile.TemporaryDirectory() as folder, Web("") as web:
        root = Path(folder)
        empty_digest(root)
        for name, make in made.items():
            (root / name).write_text(make(random.Random(1)), "utf-8")
            start = time.process_time()
            added = add(root, [str(root / name)], date(2026, 11, 25), web)
            found = time.process_time() - start
            list(added.texts(root))
            whole = time.process_time() - start
            print(f"{name}: {len(added.drafts):,} of {ENTRIES:,} read in {found:.1f} s, written in {whole:.1f} s")


if __name__ == "__main__":
    main()
