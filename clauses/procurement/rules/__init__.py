"""Pure rules of procurement."""
