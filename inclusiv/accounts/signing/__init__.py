"""Signing in: passwords, second factor, trusted devices, sessions. What allauth does is set here, not done again."""
