"""What a new policy would have earned, told from a log of what another one did."""
