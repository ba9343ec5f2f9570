#!/usr/bin/env bash
# Commits the ledger of a site that was just published to the branch that it was built from. Where that branch is
# protected, a pull request does it.
# usage: record.sh LEDGER       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
fresh=$1
here=$(dirname "$0")
ledger=content/published.json
branch=published
title="Record what readers rely on"
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"

python3 -I "$here/untrusted.py" ledger "$ledger" "$fresh"
cp "$fresh" "$ledger"
git add -- "$ledger"
if git diff --cached --quiet; then
    echo "Nothing new was published."
    exit 0
fi
git commit --quiet --message "$title"

for _ in 1 2 3; do
    if hub push origin "HEAD:refs/heads/$GITHUB_REF_NAME"; then
        exit 0
    fi
    hub fetch --quiet origin "refs/heads/$GITHUB_REF_NAME"
    # If somebody was faster, this goes on from there; if not, the branch does not take it, and never will.
    # Where two ledgers disagree, the next publication, which that other push has started, writes one that holds both.
    git rebase --quiet FETCH_HEAD || {
        git rebase --abort
        exit 1
    }
    held=$(mktemp)
    if git show "FETCH_HEAD:$ledger" >"$held" 2>/dev/null; then
        python3 -I "$here/untrusted.py" ledger "$held" "$ledger"
    fi
done

hub push --quiet --force origin "HEAD:refs/heads/$branch"
body=$(mktemp)
{
    echo "The site is published, and \`$ledger\` says what its readers rely on from now on."
    echo "\`$GITHUB_REF_NAME\` takes no push from a workflow, so this needs somebody to merge it."
} >"$body"
bash "$here/pull-request.sh" "$branch" "$title" "$body"
