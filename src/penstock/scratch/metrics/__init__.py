"""How good predictions are: of classes, of scores, of numbers."""
