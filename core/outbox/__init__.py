"""Everything that leaves later (发件箱): rows written with their cause, in its transaction."""
