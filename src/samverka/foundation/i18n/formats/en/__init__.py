"""English as Swedish readers of English expect it: day before month, point as decimal mark."""
