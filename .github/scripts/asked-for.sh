#!/usr/bin/env bash
# Prints the issues that a run of send.yml is about: what is due, or the one that somebody named.
# usage: asked-for.sh WHAT ISSUE
set -euo pipefail
what=$1 issue=$2
[[ "$issue" =~ ^([0-9]{4}-[0-9]{2}-[0-9]{2})?$ ]] || {
    echo "An issue is named by its date, as 2026-11-24." >&2
    exit 1
}
case $what in
"" | "mail what is due") .venv/bin/paper-digest due --only send ;;
"test letter") echo "${issue:-$(find content/issues -name '????-??-??.yaml' -exec basename {} .yaml \; | sort | tail -n 1)}" ;;
*)
    [ -n "$issue" ] || {
        echo "Name the issue by its date, as 2026-11-24." >&2
        exit 1
    }
    echo "$issue"
    ;;
esac
