"""report.html: one page that needs nothing else, with what a manager asks first."""
