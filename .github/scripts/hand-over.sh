#!/usr/bin/env bash
# Copies the paper files that have changed into a folder, for a job that may write. Any other change is refused.
# usage: hand-over.sh FOLDER MOST
set -euo pipefail
folder=$1 most=$2

mkdir -p "$folder"
if [ -n "$(git ls-files --deleted)" ]; then
    echo "refused: a file was deleted" >&2
    exit 1
fi
git ls-files -z --modified --others --exclude-standard | while IFS= read -r -d '' path; do
    mkdir -p "$folder/$(dirname "$path")"
    cp -P "$path" "$folder/$path"
done
python3 -I "$(dirname "$0")/untrusted.py" papers "$folder" --most "$most"
