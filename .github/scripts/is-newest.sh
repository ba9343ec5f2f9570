#!/usr/bin/env bash
# Prints yes when the branch still is what was built, but for the ledgers that workflows write; no when it has moved on:
# then its own publication follows, and an older site never takes the place of a newer one.
# usage: is-newest.sh COMMIT       needs GH_TOKEN, and what every run has
set -euo pipefail
built=$1
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"

hub fetch --quiet origin "refs/heads/$GITHUB_REF_NAME"
if git diff --quiet "$built" FETCH_HEAD -- . ':!content/published.json' ':!content/sent'; then
    echo yes
else
    echo "::notice title=Not deployed::$GITHUB_REF_NAME has moved on since this was built: its own publication follows." >&2
    echo no
fi
