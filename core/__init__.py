"""The business, by subject, and the little machinery that the doors share; knows no web framework."""
