#!/usr/bin/env bash
# Prints the number of the open pull request from a branch of REPOSITORY, or nothing. With a SHA, only if that is its
# tip. A branch of the same name in a fork is another branch.
# usage: find-pull-request.sh REPOSITORY BRANCH [SHA]       needs GH_TOKEN, GH_REPO
set -euo pipefail
repository=$1 branch=$2

gh api --paginate --slurp -X GET "repos/$GH_REPO/pulls" \
    -f state=open -f "head=${repository%%/*}:$branch" -f per_page=100 |
    python3 -I "$(dirname "$0")/untrusted.py" pull-request "$repository" ${3:+"$3"}
