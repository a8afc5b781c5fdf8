"""Door 1: the official account (公众号). WeChat knocks here."""
