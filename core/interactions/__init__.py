"""Everything that was said, in both directions, kept for follow-up (互动记录)."""
