"""What is done to columns before a model sees them, learnt from training rows alone."""
