"""The steps that build the demonstration, in their order."""
