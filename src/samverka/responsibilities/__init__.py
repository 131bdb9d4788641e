"""Who is responsible for what, since when; overlaps and gaps."""
