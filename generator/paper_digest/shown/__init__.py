"""What readers see of papers, before it is a page, a feed or a letter."""
