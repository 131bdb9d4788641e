"""The samverka command."""
