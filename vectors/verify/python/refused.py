"""The exceptions for what is not accepted."""


class Refused(Exception):
    """Input of the peer. `kind` names the fault, `at` says where it lies, `left` is what came out before it."""

    action = "close"

    def __init__(self, kind, at=None, left=None):
        super().__init__(kind)
        self.kind = kind
        self.at = at
        self.left = left


class Rejected(Refused):
    """A wish of the node's own user; the connection knows nothing of it."""

    action = "reject"
