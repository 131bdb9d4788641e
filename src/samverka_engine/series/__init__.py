"""Series over time: expected paths and verdicts."""
