#!/usr/bin/env bash
# Brings the checkout to the newest of its branch, with what the branch did not take from an earlier run.
# usage: take-up.sh       needs GH_TOKEN, and what every run has
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=git-as-bot.sh
. "$here/git-as-bot.sh"
# shellcheck source=push.sh
. "$here/push.sh"
take_up
