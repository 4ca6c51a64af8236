"""The one anticipated error of the domain."""


class Refused(Exception):
    """An action that the rules do not allow, said in plain French.

    `code` is stable and tested; `message` names the field, the value and the rule; `field` is the form field
    to which a page attaches the message, when there is one.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
