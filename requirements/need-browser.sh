#!/bin/sh
# The tests look at pages in a real browser; this says plainly when there is none.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
printf 'The tests need Chromium, and there is none.\nInstall it (on Debian and Ubuntu: apt install chromium), or name it: make test CHROMIUM=/path/to/chromium\n' >&2
exit 1
