"""What to show one user now: the best items of a catalogue under filters, and why."""
