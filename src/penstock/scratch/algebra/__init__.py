"""Linear algebra by hand: products, solving, QR, eigenvalues, singular values."""
