"""Pure rules of what is owed."""
