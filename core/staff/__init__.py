"""Staff (工作人员): who they are, what they may do, how they sign in, and the record of what they did."""
