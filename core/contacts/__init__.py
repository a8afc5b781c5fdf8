"""People who write to the account (联系人)."""
