#!/usr/bin/env bash
# Commits the ledger of a site that was just published to the branch that it was built from. Where the branch
# takes no push, the ledger is kept.
# usage: record.sh LEDGER       needs GH_TOKEN, and what every run has
set -euo pipefail
fresh=$1
here=$(dirname "$0")
ledger=content/published.json
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"

take_up || true # what does not fit is put aside, and told
python3 -I "$here/untrusted.py" ledger "$ledger" "$fresh"
cp "$fresh" "$ledger"
git add -- "$ledger"
if git diff --cached --quiet; then
    echo "Nothing new was published."
else
    git commit --quiet --message "Record what readers rely on"
fi
send_off
