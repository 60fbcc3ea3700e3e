"""The one family of errors: each says what is wrong, where, and how to mend it."""

from __future__ import annotations


class TouchstoneError(Exception):
    """Anything a user can act on.

    Args:
        what: What is wrong, quoting the offending value.
        where: The file, row, field, option or address it was found in.
        fix: One step that mends it.
    """

    code = "error"
    status = 500

    def __init__(self, what: str, where: str, fix: str) -> None:
        super().__init__(f"{what} ({where}). {fix}")
        self.what = what
        self.where = where
        self.fix = fix

    def __reduce__(self) -> tuple[type[TouchstoneError], tuple[str, str, str]]:
        return type(self), (self.what, self.where, self.fix)

    def as_dict(self) -> dict[str, str]:
        """Give the three parts and the kind, as the CLI's JSON and the API send them."""
        return {"error": self.code, "what": self.what, "where": self.where, "fix": self.fix}


class BadInput(TouchstoneError):
    """What the caller gave cannot be read or is not allowed here."""

    code = "bad_input"
    status = 400


class NotFound(TouchstoneError):
    """Nothing of that name or id exists."""

    code = "not_found"
    status = 404


class Conflict(TouchstoneError):
    """The record changed since it was read, or the name is taken."""

    code = "conflict"
    status = 409


class NotAllowed(TouchstoneError):
    """The action is not open to this user, host or source."""

    code = "not_allowed"
    status = 403


class NotSignedIn(NotAllowed):
    """Nobody has shown who is asking."""

    code = "not_signed_in"
    status = 401


class StoreInUse(TouchstoneError):
    """Another process holds the store."""

    code = "store_in_use"
    status = 503


class StoreDamaged(TouchstoneError):
    """The store is missing, cannot be read, or is not of this version."""

    code = "store_damaged"
    status = 503
