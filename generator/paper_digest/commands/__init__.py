"""The commands of `paper-digest`."""
