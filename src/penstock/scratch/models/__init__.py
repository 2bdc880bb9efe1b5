"""Networks made of the layers, and two that need none of them."""
