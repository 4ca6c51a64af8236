"""Pure rules of the texts: their markup, their merge fields, the articles that they cite."""
