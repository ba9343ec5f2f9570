"""What a change to a digest means for readers: papers, feed entries and letters, compared with an earlier state."""

from paper_digest.diff.base import NoBase
from paper_digest.diff.changes import Changes, changes_since
from paper_digest.diff.markdown_form import as_markdown
from paper_digest.diff.text_form import as_text

__all__ = ["Changes", "NoBase", "as_markdown", "as_text", "changes_since"]
