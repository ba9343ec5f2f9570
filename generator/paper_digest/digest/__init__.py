"""A digest's folder: its places, who it is, its hand-written pages, and all of it opened as a Site."""
