"""Cases handed to the 12355 counselors (转介)."""
