"""Random codes that may leave the platform: they say nothing, and can be read aloud."""

import secrets

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10


def new_code() -> str:
    """Return 10 random Crockford characters (50 bits): dossier, placement, report (ARCHITECTURE.md 4.1)."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(LENGTH))


def spaced(code: str) -> str:
    """Return a code as it is printed, in groups of four: « K7QF 2M9X TD »."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
