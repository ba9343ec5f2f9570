"""One module for each API and file format: what it says of a paper, as a Found."""
