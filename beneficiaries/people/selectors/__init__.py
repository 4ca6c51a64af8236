"""Questions about people, one module per subject."""
