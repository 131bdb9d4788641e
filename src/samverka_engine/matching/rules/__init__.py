"""What a placement must keep beside the capacities: rules, and what they cost."""
