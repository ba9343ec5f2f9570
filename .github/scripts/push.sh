# shellcheck shell=bash
# Sourced after git-as-bot.sh, in a clone with its history. What the branch does not take, since it is protected or since
# two changed the same lines, is kept on the branch `unpushed`, and goes out with the next push that is taken.
UNPUSHED=unpushed

# take_up: goes on from the newest branch, with what was kept. Fails when the two do not go together; then it goes on from
# the newest branch alone, and send_off puts what was kept aside, for a person.
take_up() {
    kept="" aside=""
    hub fetch --quiet origin "refs/heads/$GITHUB_REF_NAME"
    newest=$(git rev-parse FETCH_HEAD)
    git checkout --quiet --detach "$newest"
    hub fetch --quiet origin "refs/heads/$UNPUSHED" 2>/dev/null || return 0
    kept=$(git rev-parse FETCH_HEAD)
    if is_there; then
        return 0
    fi
    if ! git rebase --quiet "$newest" "$kept"; then
        git rebase --abort
        git checkout --quiet --detach "$newest"
        aside=$kept
        return 1
    fi
}

# Whether somebody has merged by hand what was kept: every file of it is as it is on the branch.
is_there() {
    local changed
    mapfile -t changed < <(git diff --name-only "$(git merge-base HEAD "$kept")" "$kept")
    [ ${#changed[@]} = 0 ] || git diff --quiet HEAD "$kept" -- "${changed[@]}"
}

# push_on BRANCH: pushes what was committed, going on from whoever was faster.
push_on() {
    local branch=$1
    for _ in 1 2 3; do
        if hub push --quiet origin "HEAD:refs/heads/$branch"; then
            return 0
        fi
        hub fetch --quiet origin "refs/heads/$branch" || return 1
        git rebase --quiet FETCH_HEAD || {
            git rebase --abort
            return 1
        }
    done
    return 1
}

# send_off: pushes what was committed after take_up, or keeps it. The step's outputs are `pushed`, or `kept`: then a person
# has to act.
send_off() {
    if [ "$(git rev-parse HEAD)" = "$newest" ]; then
        return 0
    fi
    if ! push_on "$GITHUB_REF_NAME" >&2; then
        echo "::error title=Not pushed::$GITHUB_REF_NAME took no push from this workflow: the branch $UNPUSHED keeps it." >&2
        hub push --quiet --force-with-lease="refs/heads/$UNPUSHED:$kept" origin "HEAD:refs/heads/$UNPUSHED" >&2
        echo "kept=yes" >>"${GITHUB_OUTPUT:-/dev/null}"
        return 0
    fi
    newest=$(git rev-parse HEAD)
    echo "pushed=yes" >>"${GITHUB_OUTPUT:-/dev/null}"
    if [ -n "$aside" ]; then
        echo "::error title=Put aside::What the branch $UNPUSHED kept does not fit: look at $UNPUSHED-$GITHUB_RUN_ID." >&2
        hub push --quiet origin "$aside:refs/heads/$UNPUSHED-$GITHUB_RUN_ID" >&2
        echo "kept=yes" >>"${GITHUB_OUTPUT:-/dev/null}"
    fi
    forget_kept
}

# forget_kept: what was kept went out.
forget_kept() {
    [ -n "$kept" ] || return 0
    hub push --quiet --force-with-lease="refs/heads/$UNPUSHED:$kept" origin ":refs/heads/$UNPUSHED" >&2
    kept=""
}
