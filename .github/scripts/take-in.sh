#!/usr/bin/env bash
# Takes in the issue form that a run was started by, which is a stranger's text, and checks and builds what comes of it.
# Into FOLDER go answer.md and, unless it was refused, title, diff.md and files/.
# usage: take-in.sh FOLDER       needs GITHUB_EVENT_PATH
set -euo pipefail
folder=$1
digest=.venv/bin/paper-digest

# For the log, where a stranger's words could command: at the start of a line, however it ends, or by ##[ anywhere.
said() {
    tr '\r\v\f' '\n' | sed -e 's/^/| /' -e 's/##\[/## [/g'
}

mkdir -p "$folder"
form=$(mktemp)
# Not from the environment: a long text does not fit there, and it ends at a NUL. Half a sign is kept, to be told.
python3 -I -c 'import json, sys
body = json.load(sys.stdin.buffer)["issue"]["body"] or ""
sys.stdout.buffer.write(body.encode("utf-8", "surrogatepass"))' <"$GITHUB_EVENT_PATH" >"$form"
if ! told=$("$digest" add --form "$form" --answer "$folder/answer.md" 2> >(said >&2)); then
    # Refused is an answer too; without one, something broke.
    printf '%s\n' "$told" | said
    [ -s "$folder/answer.md" ]
    exit
fi
printf '%s\n' "$told" >"$folder/title"
# A pull request that a workflow opens starts no other: what `check` would do for it is done here.
make check 2>&1 | said
"$digest" build 2>&1 | said
"$digest" diff HEAD --format markdown 2> >(said >&2) >"$folder/diff.md"
bash "$(dirname "$0")/hand-over.sh" "$folder/files" 20
