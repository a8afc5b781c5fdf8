"""The mini-program (小程序): who is logged in there."""
