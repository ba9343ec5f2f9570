#!/usr/bin/env bash
# Tells, by the results of jobs, what needs a person, or settles it: that a workflow did not come to its end, and that its
# push was not taken.
# usage: tell-results.sh WORKFLOW RESULTS PUSHED KEPT       needs what tell.sh needs
# RESULTS: of its jobs; PUSHED, KEPT: what push.sh said.
set -euo pipefail
workflow=$1 results=$2 pushed=$3 kept=$4
here=$(dirname "$0")

case $results in
*failure*) bash "$here/tell.sh" "$workflow" "$here/../messages/$workflow.md" ;;
*cancelled*) ;; # another run takes its place
*success*) bash "$here/tell.sh" "$workflow" /dev/null ;;
esac
if [ -n "$kept" ]; then
    bash "$here/tell.sh" push "$here/../messages/push.md"
elif [ -n "$pushed" ]; then
    bash "$here/tell.sh" push /dev/null
fi
