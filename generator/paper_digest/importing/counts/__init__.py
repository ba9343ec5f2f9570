"""What papers count elsewhere: citations, stars, upvotes."""
