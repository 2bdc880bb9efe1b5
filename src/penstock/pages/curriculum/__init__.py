"""What of five learning curricula is implemented, told by tests that ran."""
