#!/usr/bin/env bash
# Answers an issue by what take-in.sh made of it: a pull request, if it was taken in, and one comment. FOLDER is data
# from a run that read a stranger's text and the web; without it, that run failed.
# usage: answer-issue.sh ISSUE FOLDER       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
issue=$1 folder=$2
here=$(dirname "$0")
branch="issue-$issue"
run="$GITHUB_SERVER_URL/$GH_REPO/actions/runs/$GITHUB_RUN_ID"
comment=$(mktemp) body=$(mktemp)

untrusted() {
    python3 -I "$here/untrusted.py" "$@"
}

say() {
    printf '\n%s\n' "$1" >>"$comment"
}

reply() {
    bash "$here/comment.sh" "$issue" answer "$comment"
}

if [ ! -e "$folder/answer.md" ]; then
    say "Something went wrong while this was tried, and not by your fault: a curator will look at it ([the run]($run))."
    reply
    exit 0
fi

untrusted text "$folder/answer.md" >"$comment"
if [ ! -e "$folder/title" ]; then
    if number=$(bash "$here/find-pull-request.sh" "$GH_REPO" "$branch") && [ -n "$number" ]; then
        say "Pull request #$number still holds what this issue said before."
    fi
    reply
    exit 0
fi

title=$(untrusted title "$folder/title")
whole=$(mktemp)
{
    printf 'From #%s (closes #%s). [This run](%s) has checked and built it. ' "$issue" "$issue" "$run"
    printf 'GitHub runs its checks once somebody allows it: *Approve workflows to run*, below.\n\n'
    cat "$comment"
    if [ -e "$folder/diff.md" ]; then
        printf '\n'
        untrusted text "$folder/diff.md"
    fi
} >"$whole"
untrusted text "$whole" >"$body"

status=0
address=$(bash "$here/propose.sh" "$folder/files" 20 "$branch" "$title" "$body") || status=$?
case $status in
0) ;;
3)
    say "Somebody has gone on from the branch \`$branch\` by hand, so it was left as it is: a curator will see to this."
    address=
    ;;
*) exit "$status" ;;
esac
if [ -n "$address" ]; then
    say "It is proposed in $address, and a curator looks at it there. Edit this issue, and that follows."
elif [ "$status" = 0 ]; then
    say "The catalog says so already: there is nothing to change."
fi
reply
