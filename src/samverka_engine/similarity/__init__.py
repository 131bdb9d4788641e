"""Which municipalities are alike, by which measures."""
