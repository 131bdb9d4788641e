"""A person's pathway to work: steps, days between them, follow-up."""
