"""The workflows, played as they stand, day after day: real git, a bare origin, `gh` of paper, a real mail server."""
