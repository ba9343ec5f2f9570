#!/usr/bin/env bash
# Puts paper files that were handed over on a branch, and opens its pull request or brings it up to date; prints its
# address, or nothing when nothing changes. Exit 3: somebody has gone on from that branch, and it is left alone.
# usage: propose.sh FOLDER MOST BRANCH TITLE BODY-FILE       needs GH_TOKEN, GH_REPO, and what every run has
set -euo pipefail
folder=$1 most=$2 branch=$3 title=$4 body=$5
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"

if [ -d "$folder" ]; then # an artifact holds no empty folder
    python3 -I "$here/untrusted.py" papers "$folder" --most "$most" --into .
fi
git add -- content/papers
if git diff --cached --quiet; then
    exit 0
fi

old=$(hub ls-remote origin "refs/heads/$branch" | cut -f1)
if [ -n "$old" ]; then
    hub fetch --quiet --depth=1 origin "refs/heads/$branch"
    if [ "$(git show -s --format=%ae FETCH_HEAD)" != "$GIT_AUTHOR_EMAIL" ]; then
        exit 3
    fi
fi
message=$(mktemp)
printf '%s\n' "$title" >"$message"
git checkout --quiet -B "$branch"
git commit --quiet --file "$message"
# Only over what was looked at above; with nothing after the colon, only where there is no such branch.
hub push --quiet --force-with-lease="refs/heads/$branch:$old" origin "HEAD:refs/heads/$branch" >&2
bash "$here/pull-request.sh" "$branch" "$title" "$body"
