"""What several classifiers are made of."""
