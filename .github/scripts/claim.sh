#!/usr/bin/env bash
# Claims the issues that are due for this run, all in one push, before anything is sent; prints those it has claimed. What
# another run claimed and never told the end of is left to a person, unless that run certainly sent nothing, or the person
# has said so (TAKE_OVER); for it FOLDER gets a text that says what to do.
# usage: claim.sh FOLDER [ISSUE]       needs VIA, DIGEST_LEDGER_KEY, GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
folder=$1 wanted=${2:-}
here=$(dirname "$0")
run="$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
digest=.venv/bin/paper-digest
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"
[[ "$wanted" =~ ^([0-9]{4}-[0-9]{2}-[0-9]{2})?$ ]]

# Ends the claims of runs whose step that sends never began: GitHub keeps what became of each step.
release_dead() {
    local issue other via
    while read -r issue other via; do
        if [ "$via" = smtp ] && [ "$(sends_of "$other")" = never ]; then
            "$digest" send "$issue" --via "$via" --release "$other" >&2
        fi
    done < <("$digest" due --only claimed)
}

sends_of() {
    [[ "$1" =~ ^([0-9]+)-([0-9]+)$ ]] || return 0
    gh api "repos/$GH_REPO/actions/runs/${BASH_REMATCH[1]}/attempts/${BASH_REMATCH[2]}/jobs?per_page=100" |
        python3 -I "$here/untrusted.py" sends "Send what is due"
}

claim() {
    "$digest" send "$1" --via "$VIA" --claim-only "$run" ${TAKE_OVER:+--take-over} >&2
}

mkdir -p "$folder"
for _ in 1 2 3; do
    take_up # without what was kept nobody knows who got what: nothing is sent then
    release_dead
    claimed=()
    for issue in ${wanted:-$("$digest" due --only send)}; do
        if told=$(claim "$issue" 2>&1); then
            claimed+=("$issue")
        else
            printf '%s\n' "$told" >"$folder/$issue.md"
        fi
    done
    git add -- content/sent 2>/dev/null || true
    if git diff --cached --quiet; then
        break
    fi
    git commit --quiet --message "Claim ${claimed[*]:-nothing} for run $run"
    # Not rebased: that would put this claim beside another one. What was faster is looked at instead.
    if hub push --quiet origin "HEAD:refs/heads/$GITHUB_REF_NAME" >&2; then
        forget_kept
        break
    fi
    claimed=()
    git reset --quiet --hard "$newest"
    refused=yes
done
if [ ${#claimed[@]} = 0 ] && [ -n "${refused:-}" ]; then
    echo "::error title=Not claimed::$GITHUB_REF_NAME took no push: without a claim that all can see nothing is sent." >&2
    echo "kept=yes" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
[ ${#claimed[@]} = 0 ] || printf '%s\n' "${claimed[@]}"
