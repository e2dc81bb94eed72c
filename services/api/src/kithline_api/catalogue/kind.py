"""One kind of error."""

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of error. The title is fixed; `detail` of a problem says what happened this time."""

    code: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def name(self) -> str:
        """Return the code as it stands in addresses, e.g. `no-ground`."""
        return self.code.replace("_", "-")

    @property
    def type(self) -> str:
        """Return the problem type: a page of this very installation."""
        return f"/errors/{self.name}"
