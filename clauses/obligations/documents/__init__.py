"""Documents of what is owed."""
