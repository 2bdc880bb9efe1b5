"""What stands between callers and models: keys, rates, sizes, times."""
