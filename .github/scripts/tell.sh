#!/usr/bin/env bash
# Tells people of the repository what needs one of them: by an issue that stays open until it is settled. With an empty
# FILE, or none, it is. What somebody has closed by hand is not opened again for the same KEY when it is told `once`.
# usage: tell.sh KEY FILE [once]       needs GH_TOKEN, GH_REPO, and what every run has
# FILE: its title on the first line, the rest is Markdown.
set -euo pipefail
key=$1 file=$2 once=${3:-}
here=$(dirname "$0")
run="$GITHUB_SERVER_URL/$GH_REPO/actions/runs/$GITHUB_RUN_ID"
marker="<!-- paper-digest: tell $key -->"

own_issue() {
    gh api --paginate --slurp -X GET "repos/$GH_REPO/issues" -f state="$1" -f creator="github-actions[bot]" -f per_page=100 |
        python3 -I "$here/untrusted.py" issue-with "$marker"
}

if ! open=$(own_issue open); then
    open="" # a fork has no issues until its owner switches them on
fi
if [ ! -s "$file" ]; then
    if [ -n "$open" ]; then
        gh api --silent -X POST "repos/$GH_REPO/issues/$open/comments" -f "body=This is settled: [a run]($run) went well."
        gh api --silent -X PATCH "repos/$GH_REPO/issues/$open" -f state=closed
    fi
    exit 0
fi

title=$(head -n 1 "$file")
body=$(mktemp)
{
    printf '%s\n' "$marker"
    tail -n +2 "$file"
    printf '\nTold by [a run](%s). It closes this when all is well again.\n' "$run"
} >"$body"
printf '::error title=%s::What to do is told in an issue of this repository, or above.\n' "$title" >&2
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    { printf '## %s\n' "$title"; tail -n +2 "$file"; } >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "$open" ]; then
    gh api --silent -X PATCH "repos/$GH_REPO/issues/$open" -F "body=@$body"
elif [ -z "$once" ] || [ -z "$(own_issue all)" ]; then
    gh api --silent -X POST "repos/$GH_REPO/issues" -f "title=$title" -F "body=@$body" ||
        echo "::warning::No issue could be opened: are issues switched on in this repository?" >&2
fi
