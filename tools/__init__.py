"""Programs for those who build Samverka: `python -m tools.<name>`."""
