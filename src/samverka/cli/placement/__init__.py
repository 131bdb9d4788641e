"""What `samverka match` does beside solving: its steps in time, its executors, its summary and its report."""
