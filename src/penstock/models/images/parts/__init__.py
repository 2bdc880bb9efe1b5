"""What the image models share."""
