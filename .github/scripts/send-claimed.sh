#!/usr/bin/env bash
# Sends what this run has claimed, each issue whatever became of the one before. FOLDER gets a text for each that needs a
# person, and ends with the worst that happened.
# usage: send-claimed.sh FOLDER ISSUE…       needs VIA, and the settings of what sends
set -euo pipefail
folder=$1
shift
run="$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
readers=()
if [ "$VIA" = smtp ]; then # providers have their own lists
    recipients=$(mktemp)
    trap 'rm -f "$recipients"' EXIT
    printf '%s\n' "$DIGEST_RECIPIENTS" >"$recipients"
    readers=(--to "$recipients")
fi
mkdir -p "$folder"
worst=0
for issue in "$@"; do
    status=0
    .venv/bin/paper-digest send "$issue" --via "$VIA" --live --claimed "$run" --report "$folder/$issue.md" \
        ${TAKE_OVER:+--take-over} "${readers[@]}" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" || status=$?
    [ "$status" -le "$worst" ] || worst=$status
done
exit "$worst"
