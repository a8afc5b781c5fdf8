"""青春家园: find the nearest, by district, by name."""
