#!/usr/bin/env bash
# Tells, for each issue that was asked for, what needs a person, and settles what went well, or is not due any more.
# usage: tell-sent.sh REPORTS ISSUES UNFINISHED PASSED-OVER       needs MAIL (the result of the job that sends), and more
# REPORTS: a folder with a text for each issue, empty when all went well; none when the job did not come to its end.
set -euo pipefail
reports=$1 due=$2 unfinished=$3 passed=$4
here=$(dirname "$0")
text=$(mktemp)

for issue in $due $passed; do
    [[ "$issue" =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]
done
for issue in $due; do
    : >"$text"
    if [ -s "$reports/$issue.md" ]; then
        { printf 'The issue of %s and its readers\n\n' "$issue"; python3 -I "$here/untrusted.py" text "$reports/$issue.md" --no-mentions; } >"$text"
    elif [ ! -e "$reports/$issue.md" ] && [ "$MAIL" = failure ]; then
        cat >"$text" <<END
The issue of $issue was not mailed

The run that was to mail it was rejected, or broke off before it told what came of it.

- If it was rejected, nothing was sent; the next publication asks again.
- If it broke off before its step *Send what is due*, nothing was sent, and the next publication mails it by itself.
- If it broke off **in** that step and mail goes by SMTP, some readers have the issue, and nobody knows who. No run sends it again by itself. To send it to all of whom nothing is known, so that some may get it twice, choose *Run workflow* on \`send\` with *take over* and $issue. To leave it at that, close this.
END
    fi
    bash "$here/tell.sh" "send-$issue" "$text" once
done
open=$(gh api --paginate --slurp -X GET "repos/$GH_REPO/issues" -f state=open -f creator="github-actions[bot]" \
    -f per_page=100 | python3 -I "$here/untrusted.py" told send-) || open="" # a fork may have no issues
for key in $open; do
    if [[ " $due $unfinished " != *" ${key#send-} "* ]]; then
        bash "$here/tell.sh" "$key" /dev/null
    fi
done
for issue in $passed; do
    cat >"$text" <<END
The issue of $issue is too old to be mailed by itself

It is on the site, and not everybody has got it by mail. To mail it all the same, choose *Run workflow* on \`send\` with its date, $issue. To leave it at that, close this. How long an issue is mailed by itself is \`issues.mail_within\` in \`content/digest.yaml\`.
END
    bash "$here/tell.sh" "passed-$issue" "$text" once
done
