"""Words and sounds (词典): our own words, spellings, and tables made from jieba and pypinyin."""
