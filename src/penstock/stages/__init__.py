"""The six stages: files in, files out, deterministic, nothing else."""
