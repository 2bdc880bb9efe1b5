"""What every room stands on: errors, typed settings, contracts, datasets, files."""
