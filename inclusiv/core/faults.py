"""Why a document that somebody sent is refused, for those who look into it and those who say it. Nothing of Django."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a document is refused."""

    UNREADABLE = "unreadable"
    LOCKED = "locked"
    ACTIVE = "active"
    PAYSLIP = "payslip"
    NIR = "nir"
    LONG = "long"
    BUSY = "busy"


class FaultError(Exception):
    """The document is refused."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Allowance:
    """How much more of a document is looked into."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self) -> None:
        """Look into one thing more. Raises FaultError when there are too many."""
        self._left -= 1
        if self._left < 0:
            raise FaultError(Fault.LONG)
