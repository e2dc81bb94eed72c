"""Any CSV, with a mapping that says which column is what: for systems nobody wrote a connector for.

`{"file": "events", "columns": {"id": "Ticket", "actor": "From", "verb": {"value": "posted"},
"occurred_at": {"column": "Created", "form": "day"}, "kind": {"column": "Type", "values": {"Q": "question"}}}}`
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta, Struct

from kithline_connectors import times
from kithline_connectors.sources import attempted, behind, chunks, parsed
from kithline_connectors.times import Unfit
from kithline_sdk.connecting import Cell, Entry, Said, Source, Unreadable
from kithline_sdk.delimited import Table

_EVERY: Final = 5_000
_TIMES: Final[dict[str, Callable[[str], str]]] = {"time": times.instant, "day": times.day, "epoch": times.epoch}
_YES: Final = frozenset({"true", "yes", "ja", "1"})
_NO: Final = frozenset({"false", "no", "nein", "0"})


class Cellular(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a cell comes from: a column (its words translated by `values`, read as `form`), or always the same `value`."""

    column: str | None = None
    value: Cell = None
    values: dict[str, str] | None = None
    form: Literal["text", "time", "day", "epoch", "number", "bool"] = "text"


class Scheme(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping: the dataset file, and each of its columns by name."""

    file: Annotated[str, Meta(min_length=1, max_length=60)]
    columns: Annotated[dict[str, str | Cellular], Meta(min_length=1, max_length=100)]


class MappedOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: the mapping (JSON), and the CSV's form."""

    mapping: str
    delimiter: str = ""
    encoding: str = "utf-8"


class Mapped:
    """Yields a row per line, as the mapping says."""

    key: ClassVar[str] = "csv.mapped"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[Struct]] = MappedOptions

    def read(self, source: Source, options: MappedOptions) -> Iterator[Said]:
        """Yield rows. Raises Unreadable for a mapping that fits neither its form nor the header."""
        mapping: Scheme = parsed(options.mapping.encode(), Scheme, "the mapping")
        cells = {ours: Cellular(column=one) if isinstance(one, str) else one for ours, one in mapping.columns.items()}
        table = Table(chunks(source.stream), delimiter=options.delimiter, encoding=options.encoding)
        _check(cells, table.columns)
        for number, (line, said) in enumerate(table):
            yield attempted(f"line {line}", _entry, mapping.file, cells, said)
            if number % _EVERY == 0:
                yield behind(source)
        yield behind(source)


def _check(cells: Mapping[str, Cellular], header: list[str]) -> None:
    for ours, one in cells.items():
        if (one.column is None) == (one.value is None):
            raise Unreadable(f"the mapping of {ours} needs a column, or a value, not both")
        if one.column is not None and one.column not in header:
            raise Unreadable(
                f"there is no column {one.column!r} for {ours}; there are {', '.join(filter(None, header[:20]))}"
            )


def _entry(file: str, cells: Mapping[str, Cellular], said: Mapping[str, str]) -> Entry:
    """Return a line as a row of the file. Raises ValueError."""
    return Entry(file, _row(cells, said))


def _row(cells: Mapping[str, Cellular], said: Mapping[str, str]) -> dict[str, Cell]:
    made = {ours: one.value if one.column is None else _cell(one, said.get(one.column)) for ours, one in cells.items()}
    return {ours: cell for ours, cell in made.items() if cell is not None}


def _cell(one: Cellular, said: str | None) -> Cell:
    """Return a cell read as the mapping says. Raises Unfit."""
    if said is None:
        return None
    text = said if one.values is None else one.values.get(said, said)
    if one.form == "bool":
        if text.lower() not in _YES | _NO:
            raise Unfit("a cell is neither yes nor no")
        return text.lower() in _YES
    if one.form == "number":
        return _number(text)
    return text if one.form == "text" else _TIMES[one.form](text)


def _number(text: str) -> Cell:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        raise Unfit("a cell is no number; write 12 or 0.5") from None
