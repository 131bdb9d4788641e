"""What every room stands on: access, audit, database, jobs, interface."""
