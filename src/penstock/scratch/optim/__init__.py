"""How parameters follow their gradients; every rule walks torch.optim's path by test."""
