# Sourced after git-as-bot.sh: `push_on BRANCH` pushes what was committed, going on from whoever was faster. It fails when
# the branch takes no push, or when both changed the same lines.
push_on() {
    local branch=$1
    for _ in 1 2 3; do
        if hub push origin "HEAD:refs/heads/$branch"; then
            return 0
        fi
        hub fetch --quiet origin "refs/heads/$branch"
        git rebase --quiet FETCH_HEAD || {
            git rebase --abort
            return 1
        }
    done
    return 1
}
