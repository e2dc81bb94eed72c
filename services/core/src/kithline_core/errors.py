"""The kinds of things that go wrong, each with a stable code and words for the caller."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal in the caller's words. `code` is stable; `pointer` names the field (RFC 6901) where there is one."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail, self.pointer = detail, pointer


class NotFound(DomainError):
    """There is no such object, or it is not the caller's."""

    code = "not_found"


class Conflict(DomainError):
    """The state of things forbids it."""

    code = "conflict"


class Invalid(DomainError):
    """The content is well-formed and wrong."""

    code = "invalid"


class Forbidden(DomainError):
    """The key does not carry the scope."""

    code = "forbidden"


class Unauthenticated(DomainError):
    """There is no key, or not one that holds."""

    code = "unauthenticated"


class NoGround(Conflict):
    """Data about people came without a processing ground in force."""

    code = "no_ground"


class ModeNotAllowed(Conflict):
    """The ground in force for these people does not let rows about single persons in."""

    code = "mode_not_allowed"


class Withheld(Conflict):
    """The result may no longer, or not yet, be shown; the detail says why and what helps."""

    code = "withheld"


class TooFew(Conflict):
    """What is asked would tell of fewer people than the privacy floor."""

    code = "too_few"


class ConsentNotValid(Invalid):
    """Consent was given as a ground, which is not offered."""

    code = "consent_not_valid"


class UnknownScorer(Invalid):
    """No such scorer is installed."""

    code = "unknown_scorer"


class Unavailable(DomainError):
    """A part that is needed does not answer; the same call may succeed later."""

    code = "unavailable"


class DatasetError(DomainError):
    """A dataset folder cannot be read as it stands; `problems` lists every reason at once."""

    code = "dataset"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0] if problems else "the dataset cannot be read")
        self.problems = problems
