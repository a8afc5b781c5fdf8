"""Wrong judgements that staff put right, as reviewed training examples without anybody's name (纠正样本)."""
