"""MkDocs in a process of its own, with the settings that stand on its standard input. `build` starts it.

It does what `mkdocs build --strict` does, except that mkdocs.yml is not read once more.
"""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

from paper_digest.digest.config import CONFIG


def main(site_dir: str) -> None:
    """Build the site of the digest in the working folder. Ends the process with 1 on any error or warning."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    logging.basicConfig(level=logging.INFO, format="%(levelname)-7s -  %(message)s")
    try:
        settings = io.BytesIO(sys.stdin.buffer.read())
        config = load_config(settings, config_file_path=str(Path(CONFIG).resolve()), strict=True, site_dir=site_dir)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1])
