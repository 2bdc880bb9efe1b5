"""Two levers, of which one pays more often."""
