#!/bin/sh
# Installs the tests' Node packages as locked, and says plainly what goes untested without Node or Java. In CI nothing may.
set -eu
here=tests/node

untested() {
    printf '\n>>> NOT TESTED HERE: %s. %s\n\n' "$1" "$2" >&2
    [ -z "${CI:-}" ] || { echo "In CI every test must run." >&2; exit 1; }
}

is_recent() {
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

command -v java >/dev/null 2>&1 ||
    untested "pages by the Nu checker" "There is no Java (on Debian and Ubuntu: apt install default-jre-headless)."
if ! is_recent || ! command -v npm >/dev/null 2>&1; then
    untested "pages by Lighthouse and the Nu checker" "There is no Node 20.19 or later with npm."
    exit 0
fi
# npm writes this file last, so it says what is installed, and that all of it is.
[ -z "$(find "$here/node_modules/.package-lock.json" -newer "$here/package-lock.json" 2>/dev/null)" ] || exit 0
echo "Installing what the tests run with Node, as locked in $here/package-lock.json"
# Lighthouse asks for Node 22 and runs on 20 as well, of which npm would warn.
npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --loglevel=error || {
    printf '\nThe Node packages could not be installed. Is there a connection to a package registry? The lines above say what failed.\n' >&2
    exit 1
}
