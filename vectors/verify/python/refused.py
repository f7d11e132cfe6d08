"""The one exception for input that a reader does not accept."""


class Refused(Exception):
    """`kind` names the fault, `at` says where it lies, `left` is what came out before it."""

    def __init__(self, kind, at=None, left=None):
        super().__init__(kind)
        self.kind = kind
        self.at = at
        self.left = left
