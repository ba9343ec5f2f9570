#!/usr/bin/env bash
# Commits what a day's run made: snapshots to the branch itself, and the issue there too, or, where the digest's issues are
# reviewed, on a branch of its own with a pull request. What the branch does not take is kept.
# usage: daily.sh FOLDER       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
folder=$1
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"

untrusted() {
    python3 -I "$here/untrusted.py" "$@"
}

# The pull requests of issues that wait for their curators; a branch may outlive its own. A form's branch has no date.
waiting() {
    local branch
    for branch in $(hub ls-remote origin 'refs/heads/issue-????-??-??' | sed 's|.*refs/heads/||'); do
        bash "$here/find-pull-request.sh" "$GH_REPO" "$branch"
    done
}

commit_issue() {
    untrusted issue "$folder" --into .
    git add -- "$issue"
    git commit --quiet --message "Issue of $day"
}

propose_issue() {
    local branch="issue-$day" body
    body=$(mktemp)
    {
        echo "A draft of facts, to be made better by hand: the title, the intro, the reasons, the order."
        echo "It is published when this is merged; it is mailed, too, if mail is switched on and its date is not too long"
        echo "past by then (\`issues.mail_within\`, 7 days by default). Until it is merged or closed no other is proposed."
        echo
        echo "GitHub runs the checks of what a workflow opens once somebody allows it: *Approve workflows to run*, below."
    } >"$body"
    git checkout --quiet -B "$branch" "$newest"
    commit_issue
    hub push --quiet origin "HEAD:refs/heads/$branch" >&2
    bash "$here/pull-request.sh" "$branch" "Issue of $day" "$body" >&2
}

take_up || true # what does not fit is put aside, and told
delivery=$(untrusted delivery "$folder")
issue=$(untrusted daily "$folder")
day=$(basename "$issue" .yaml)
is_new=""
if [ -n "$issue" ] && ! git cat-file -e "HEAD:$issue" 2>/dev/null; then
    is_new=yes
fi

if [ -d "$folder/content/metrics" ]; then
    # What the run dropped was too old to keep.
    git rm --quiet -r --cached --ignore-unmatch -- content/metrics
    rm -rf content/metrics
    untrusted counts "$folder" --into .
    git add --all -- content/metrics
    git diff --cached --quiet || git commit --quiet --message "Count stars, upvotes and citations"
fi
if [ -n "$is_new" ] && [ "$delivery" = auto ]; then
    commit_issue
    is_new=""
fi
send_off

if [ -n "$is_new" ]; then
    # One at a time: of two drafts both would have the same number and the same papers.
    open=$(waiting | head -n 1)
    if [ -n "$open" ]; then
        echo "No issue is proposed while the draft in #$open waits: merge or close it." |
            tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" | sed 's/^/::notice title=No new draft::/' >&2
    elif [ -z "$(hub ls-remote origin "refs/heads/issue-$day")" ]; then
        propose_issue
    fi
fi
