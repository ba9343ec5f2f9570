# Sourced: git commits in the bot's name, and `hub` talks to GitHub with GH_TOKEN, which is in no file and no argument.
export GIT_AUTHOR_NAME="github-actions[bot]" GIT_COMMITTER_NAME="github-actions[bot]"
export GIT_AUTHOR_EMAIL="41898282+github-actions[bot]@users.noreply.github.com"
export GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"

hub() {
    git -c credential.helper= -c credential.helper='!gh auth git-credential' "$@"
}
