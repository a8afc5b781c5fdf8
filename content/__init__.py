"""Words, not logic (内容): texts, rules, hotlines, columns, venues; imports nothing of ours."""
