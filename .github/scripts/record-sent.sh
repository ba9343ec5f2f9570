#!/usr/bin/env bash
# Commits the ledger of what was just sent: it must go on from the one that holds the claim.
# usage: record-sent.sh ISSUE LEDGER       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
issue=$1 fresh=$2
here=$(dirname "$0")
ledger="content/sent/$issue.jsonl"
[[ "$issue" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"

python3 -I "$here/untrusted.py" sent "$ledger" "$fresh"
cp "$fresh" "$ledger"
git add -- "$ledger"
if git diff --cached --quiet; then
    echo "Nothing was sent."
    exit 0
fi
git commit --quiet --message "Record who got the issue of $issue"
push_on "$GITHUB_REF_NAME"
