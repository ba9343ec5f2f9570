#!/bin/sh
# The tests look at pages in a real browser; this says plainly when there is none. In CI there must be one.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
printf '\n>>> NOT TESTED HERE: pages in a browser. There is no Chromium.\n' >&2
printf 'Install it (on Debian and Ubuntu: apt install chromium), or name it: make test CHROMIUM=/path/to/chromium\n\n' >&2
[ -z "${CI:-}" ]
