#!/usr/bin/env bash
# Commits the ledgers of what was just sent. Where the branch takes no push, they are kept.
# usage: record-sent.sh       needs GH_TOKEN, and what every run has
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"

git add -- content/sent
if git diff --cached --quiet; then
    echo "Nothing was sent."
    exit 0
fi
git commit --quiet --message "Record who got what was sent"
newest="" aside=""
kept=$(hub ls-remote origin "refs/heads/$UNPUSHED" | cut -f1)
send_off
