"""What stops a start, told to the person at the keyboard in one line."""


class Trouble(Exception):
    """The start cannot go on; the message is one French line that ends with the remedy."""
