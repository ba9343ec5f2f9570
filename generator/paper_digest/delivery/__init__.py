"""Sending an issue, once: by SMTP to a list of addresses, or through a provider that keeps the list of readers.

`command.send` is what is called from outside. `ledger` remembers what was begun and what came of it, on disk before a
message leaves; it knows readers by keyed hashes alone.
"""
