"""What theory says of deep nets, measured on these."""
