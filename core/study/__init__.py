"""Study columns (学习专栏): find what somebody speaks of."""
