"""What a change to a digest means for readers: papers, feed entries and letters, compared with an earlier state."""

from generator.diff.base import NoBase
from generator.diff.changes import Changes, changes_since
from generator.diff.markdown_form import as_markdown
from generator.diff.text_form import as_text

__all__ = ["Changes", "NoBase", "as_markdown", "as_text", "changes_since"]
