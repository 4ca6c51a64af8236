"""What the log says of an answer: one line for what was refused, the whole trace for what broke."""

import logging


class WithoutTrace(logging.Filter):
    """Drop the trace of an answer that is not an error of ours: a 403 is a rule at work."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, those under 500 without their trace."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
