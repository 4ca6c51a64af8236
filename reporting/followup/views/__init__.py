"""Pages of the follow-up: the list of lots, a tender's hours, a company's own lots."""
