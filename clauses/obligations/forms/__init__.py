"""Forms of what is owed."""
