#!/usr/bin/env bash
# Claims an issue for this run: a line in its ledger, pushed before anything is sent. An issue that another run has claimed
# and not told its end is refused, also when that run was faster by a moment. Prints the commit that holds the claim.
# usage: claim.sh ISSUE VIA RUN       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
issue=$1 via=$2 run=$3
here=$(dirname "$0")
ledger="content/sent/$issue.jsonl"
[[ "$issue" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]
[[ "$via" =~ ^(smtp|buttondown|listmonk)$ ]]
[[ "$run" =~ ^[0-9]+-[0-9]+$ ]]
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"

for _ in 1 2 3; do
    python3 -I "$here/untrusted.py" unclaimed "$ledger"
    mkdir -p content/sent
    printf '{"at": "%s", "step": "claim", "via": "%s", "run": "%s"}\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$via" "$run" >>"$ledger"
    git add -- "$ledger"
    git commit --quiet --message "Claim the issue of $issue for run $run"
    if hub push --quiet origin "HEAD:refs/heads/$GITHUB_REF_NAME" >&2; then
        git rev-parse HEAD
        exit 0
    fi
    # Not rebased: that would put this claim beside another one. What was faster is looked at instead.
    hub fetch --quiet origin "refs/heads/$GITHUB_REF_NAME"
    git reset --quiet --hard FETCH_HEAD
done
echo "$GITHUB_REF_NAME takes no push from a workflow: without a claim that everybody can see nothing is sent" >&2
exit 1
