"""Who did what, when, for which organisation, and what changed: in the same transaction as the change."""
