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
    if push_on "$GITHUB_REF_NAME" >&2; then
        pushed=yes
    else
        echo "::warning::$GITHUB_REF_NAME takes no push from a workflow: today's counts are lost." >&2
        git reset --quiet --hard HEAD^
        [ -z "$issue" ] || python3 -I "$here/untrusted.py" daily "$folder" --into . >/dev/null
    fi
fi

# The pull request of an issue that waits for its curators; its branch may outlive it.
waiting() {
    local branch
    for branch in $(hub ls-remote origin 'refs/heads/issue-*' | sed 's|.*refs/heads/||'); do
        if [ -n "$(bash "$here/find-pull-request.sh" "$GH_REPO" "$branch")" ]; then
            echo "$branch"
        fi
    done
}

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
        # One at a time: of two drafts both would have the same number and the same papers.
        if [ -z "$(waiting)" ] && [ -z "$(hub ls-remote origin "refs/heads/$branch")" ]; then
            git checkout --quiet -B "$branch"
            git add -- "$issue"
            git commit --quiet --message "$title"
            hub push --quiet origin "HEAD:refs/heads/$branch" >&2
            body=$(mktemp)
            {
                echo "A draft of facts, to be made better by hand: the title, the intro, the reasons, the order."
                echo "It is published when this is merged; it is sent, too, if sending is switched on and its date is no"
                echo "more than three days past. Until it is merged or closed no other issue is proposed."
            } >"$body"
            bash "$here/pull-request.sh" "$branch" "$title" "$body" >&2
        fi
    fi
fi
[ -z "$pushed" ] || echo pushed
