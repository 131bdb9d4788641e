"""The public site: what has been decided to be public, and nothing else."""
