"""What touches the world: idempotent, keyed by content, never a DVC stage."""
