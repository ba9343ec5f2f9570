#!/usr/bin/env bash
# Writes the comment NAME under an issue or pull request, or brings the one from before up to date.
# usage: comment.sh NUMBER NAME FILE       needs GH_TOKEN, GH_REPO
set -euo pipefail
number=$1 name=$2 file=$3
here=$(dirname "$0")

marker="<!-- paper-digest: $name -->"
body=$(mktemp)
{ printf '%s\n' "$marker"; cat "$file"; } >"$body"
id=$(gh api --paginate --slurp "repos/$GH_REPO/issues/$number/comments?per_page=100" |
    python3 -I "$here/untrusted.py" comment "$marker")
if [ -n "$id" ]; then
    gh api --silent -X PATCH "repos/$GH_REPO/issues/comments/$id" -F "body=@$body"
else
    gh api --silent -X POST "repos/$GH_REPO/issues/$number/comments" -F "body=@$body"
fi
