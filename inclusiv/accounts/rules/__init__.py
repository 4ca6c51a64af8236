"""Rules of the accounts: pure functions."""
