"""What happens with and without cooperation."""
