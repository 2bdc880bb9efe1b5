"""Tensors that remember how they came to be, and gradients by the chain rule."""
