"""Model files: saved without pickle, loaded safely, checked against their contract."""
