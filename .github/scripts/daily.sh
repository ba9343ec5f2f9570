#!/usr/bin/env bash
# Commits what a day's run made: snapshots to the branch itself, and the issue there too, or, where the digest's issues are
# reviewed, on a branch of its own with a pull request. Prints `pushed` when the branch has something new to publish.
# usage: daily.sh FOLDER       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
folder=$1
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"

issue=""
if [ -d "$folder" ]; then # an artifact holds no empty folder
    # What the run dropped was too old to keep.
    if [ -d "$folder/content/metrics" ]; then
        git rm --quiet -r --cached --ignore-unmatch -- content/metrics
        rm -rf content/metrics
    fi
    issue=$(python3 -I "$here/untrusted.py" daily "$folder" --into .)
fi

pushed=""
if [ -d content/metrics ]; then
    git add --all -- content/metrics
fi
if ! git diff --cached --quiet; then
    git commit --quiet --message "Count stars, upvotes and citations"
    push_on "$GITHUB_REF_NAME" >&2
    pushed=yes
fi

if [ -n "$issue" ] && [ -n "$(git status --porcelain -- "$issue")" ]; then
    day=$(basename "$issue" .yaml)
    title="Issue of $day"
    if grep -Eq '^[^#]*\bdelivery:[[:space:]]*auto\b' content/digest.yaml; then
        git add -- "$issue"
        git commit --quiet --message "$title"
        push_on "$GITHUB_REF_NAME" >&2
        pushed=yes
    else
        branch="issue-$day"
        if [ -z "$(hub ls-remote origin "refs/heads/$branch")" ]; then # once: curators go on from there
            git checkout --quiet -B "$branch"
            git add -- "$issue"
            git commit --quiet --message "$title"
            hub push --quiet origin "HEAD:refs/heads/$branch" >&2
            body=$(mktemp)
            {
                echo "A draft of facts, to be made better by hand: the title, the intro, the reasons, the order."
                echo "It is published when this is merged, and sent if sending is switched on."
            } >"$body"
            bash "$here/pull-request.sh" "$branch" "$title" "$body" >&2
        fi
    fi
fi
[ -z "$pushed" ] || echo pushed
