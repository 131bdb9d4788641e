"""Steps and days on a pathway to work."""
