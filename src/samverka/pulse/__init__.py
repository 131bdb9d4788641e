"""Trust pulse: anonymous, periodic, shown only where enough have answered."""
