"""That the tests hold for every sound digest: whatever `check` has nothing against makes none of them fail."""
