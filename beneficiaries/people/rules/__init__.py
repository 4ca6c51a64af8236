"""Pure rules about people: eligibility, and what may be typed about somebody."""
