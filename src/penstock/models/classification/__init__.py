"""One way to learn a binary label per file."""
