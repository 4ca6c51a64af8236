"""Pages of hours: a month to fill, the statements, their control."""
