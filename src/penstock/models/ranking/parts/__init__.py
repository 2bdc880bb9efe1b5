"""What models of the ranking task share."""
