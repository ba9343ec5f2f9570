# shellcheck shell=bash
# Sourced: git commits in the bot's name, and `hub` talks to GitHub with the owner's DIGEST_TOKEN where there is one, else
# with GH_TOKEN. Neither is in a file or an argument.
export GIT_AUTHOR_NAME="github-actions[bot]" GIT_COMMITTER_NAME="github-actions[bot]"
export GIT_AUTHOR_EMAIL="41898282+github-actions[bot]@users.noreply.github.com"
export GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"

hub() {
    GH_TOKEN="${DIGEST_TOKEN:-${GH_TOKEN:-}}" \
        git -c credential.helper= -c credential.helper='!gh auth git-credential' "$@"
}
