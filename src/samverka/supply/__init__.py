"""Courses, internships, validation, mentors, housing and jobs: seats, dates, prices, buyers."""
