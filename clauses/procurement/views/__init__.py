"""Pages of procurement, one module per noun."""
