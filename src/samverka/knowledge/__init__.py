"""Knowledge bank: strategies, agreements, examples and what did not work, by county, theme and year."""
