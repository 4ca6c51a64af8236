"""Pure rules of the accounts."""
