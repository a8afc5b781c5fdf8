"""Throw-away servers and processes (PostgreSQL, Redis, ports, waiting) for tests and benches alike."""
