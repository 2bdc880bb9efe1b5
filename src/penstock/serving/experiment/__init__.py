"""What the prediction log says of two models: which is better, by how much, and how surely."""
