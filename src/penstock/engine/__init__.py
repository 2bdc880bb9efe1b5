"""The graph in dvc.yaml, read at run time."""
