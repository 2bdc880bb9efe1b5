"""What the models of this task share."""
