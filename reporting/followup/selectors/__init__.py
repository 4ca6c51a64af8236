"""What the follow-up reads: standings for lists, one tender in detail, a company's own lots."""
