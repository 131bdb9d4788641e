"""Who pays what, for how long, and what happens when project money ends."""
