"""Follow-up: what each party says about its own state, and what it gets back."""
