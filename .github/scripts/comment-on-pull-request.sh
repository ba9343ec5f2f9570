#!/usr/bin/env bash
# Puts the text that a run of `check` left in its artifact under the pull request that the run was for. The
# run held the pull request's code, so its text can be anything; and which pull request it was is not for it to say.
# usage: comment-on-pull-request.sh RUN-ID ATTEMPT REPOSITORY BRANCH SHA       needs GH_TOKEN, GH_REPO
set -euo pipefail
run=$1 artifact="comment-$2" repository=$3 branch=$4 sha=$5
here=$(dirname "$0")

number=
if [ -n "$repository" ]; then # a fork can be gone by now
    number=$(bash "$here/find-pull-request.sh" "$repository" "$branch" "$sha")
fi
if [ -z "$number" ]; then
    echo "No open pull request has its tip at $sha."
    exit 0
fi
if [ "$(gh api "repos/$GH_REPO/actions/runs/$run/artifacts?name=$artifact" --jq .total_count)" = 0 ]; then
    echo "The run left no comment."
    exit 0
fi
folder=$(mktemp -d) body=$(mktemp)
gh run download "$run" --name "$artifact" --dir "$folder"
{
    printf 'What %s means for readers, as told by [a run](%s) of this pull request:\n\n' \
        "$sha" "$GITHUB_SERVER_URL/$GH_REPO/actions/runs/$run"
    python3 -I "$here/untrusted.py" text "$folder/comment.md" --no-mentions
} >"$body"
bash "$here/comment.sh" "$number" diff "$body"
