"""A real collaboration on real figures, and the one-click door that only `samverka demo` opens."""
