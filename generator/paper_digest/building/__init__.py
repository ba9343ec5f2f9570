"""From a digest's folder to its site, and the live preview."""
