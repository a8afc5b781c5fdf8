"""Events and sign-up (活动报名)."""
