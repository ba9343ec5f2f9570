"""How content files are written: house style, schemas, and the files that a command rewrites."""
