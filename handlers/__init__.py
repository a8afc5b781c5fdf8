"""What a follower can ask for in chat: one file per feature, plus the registry that finds the right one."""
