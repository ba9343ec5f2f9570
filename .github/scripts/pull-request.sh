#!/usr/bin/env bash
# Opens the pull request of a branch of this repository, or brings it up to date; prints its address.
# usage: pull-request.sh BRANCH TITLE BODY-FILE       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
branch=$1 title=$2 body=$3

number=$(bash "$(dirname "$0")/find-pull-request.sh" "$GH_REPO" "$branch")
if [ -n "$number" ]; then
    gh api -X PATCH "repos/$GH_REPO/pulls/$number" -f "title=$title" -F "body=@$body" --jq .html_url
elif address=$(gh api -X POST "repos/$GH_REPO/pulls" -f "title=$title" -f "head=$branch" -f "base=$GITHUB_REF_NAME" \
    -F "body=@$body" --jq .html_url); then
    printf '%s\n' "$address"
else
    # The settings of a repository forbid this until somebody allows it; a person can open it with one click.
    echo "::warning::Actions may not open pull requests here: see the repository's settings." >&2
    printf '%s\n' "$GITHUB_SERVER_URL/$GH_REPO/compare/$GITHUB_REF_NAME...$branch?expand=1"
fi
