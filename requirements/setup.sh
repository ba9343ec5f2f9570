#!/bin/sh
# Makes .venv/ and installs one of the locks into it: `setup.sh site` or `setup.sh test`. Says plainly what is missing.
set -eu
lock=$1

stop() {
    printf '\nThis machine is not ready: %s\n%s\n' "$1" "$2" >&2
    exit 1
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && is_recent "$name"; then
            command -v "$name"
            return
        fi
    done
}

if [ -d .venv ] && ! { [ -x .venv/bin/python ] && is_recent .venv/bin/python; }; then
    echo "The folder .venv/ holds no Python 3.11 or later; making it anew."
    rm -rf .venv
fi
if [ ! -d .venv ]; then
    python=$(find_python)
    [ -n "$python" ] || stop "there is no Python 3.11 or later." \
        "Install one (on Debian and Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
    echo "Making .venv/ with $("$python" --version)"
    "$python" -m venv .venv || {
        rm -rf .venv
        stop "Python cannot make a virtual environment." "On Debian and Ubuntu: apt install python3-venv"
    }
fi

echo "Installing what the $lock needs, as locked in requirements/$lock.txt"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$lock.txt" ||
    stop "the packages could not be installed." "Is there a connection to a package index? The lines above say what failed; then run make again."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
    stop "paper-digest itself could not be installed." "The lines above say what failed."
[ "$lock" = site ] || touch .venv/.site
touch ".venv/.$lock"
