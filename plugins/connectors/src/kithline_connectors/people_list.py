"""A list of people from an HR system: one CSV, columns found by their usual names or named in the options."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, Literal

import msgspec

from kithline_connectors import times
from kithline_connectors.sources import attempted, behind, chunks
from kithline_sdk import delimited
from kithline_sdk.connecting import Cell, Entry, Fault, Said, Source, Unreadable

# Our column → what HR systems call it, in lower case without blanks, dots, hyphens and underscores.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("person", "personid", "employeeid", "employeenumber", "workerid", "personnelnumber", "personalnummer",
               "mitarbeiterid", "mitarbeiternummer", "userid"),
    "department": ("department", "departmentname", "orgunit", "costcenter", "abteilung", "bereich", "kostenstelle"),
    "organisation": ("organisation", "organization", "company", "legalentity", "firma", "gesellschaft"),
    "rank": ("rank", "level", "grade", "joblevel", "position", "stufe"),
    "manager": ("manager", "managerid", "supervisorid", "reportsto", "vorgesetzter", "vorgesetztenid", "führungskraft"),
    "group": ("group", "stakeholdergroup"),
    "valid_from": ("validfrom", "startdate", "hiredate", "entrydate", "eintritt", "eintrittsdatum", "gültigab"),
    "valid_to": ("validto", "enddate", "terminationdate", "leavingdate", "austritt", "austrittsdatum", "gültigbis"),
}  # fmt: skip
_DATES: Final = ("valid_from", "valid_to")
_EVERY: Final = 5_000


class PeopleListOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set: the group of everybody in the list, the CSV's form, and columns by name."""

    group: Literal["employee", "supplier", "partner", "customer", "shareholder", "competitor", "other"] = "employee"
    delimiter: str = ""
    encoding: str = "utf-8"
    person: str = ""
    department: str = ""
    organisation: str = ""
    rank: str = ""
    manager: str = ""
    valid_from: str = ""
    valid_to: str = ""


class PeopleList:
    """Yields a membership per line."""

    key: ClassVar[str] = "hr.list"
    version: ClassVar[str] = "1.0.0"
    Options: ClassVar[type[msgspec.Struct]] = PeopleListOptions

    def read(self, source: Source, options: PeopleListOptions) -> Iterator[Said]:
        """Yield people. Raises Unreadable without a column that names them."""
        table = delimited.Table(chunks(source.stream), delimiter=options.delimiter, encoding=options.encoding)
        found = columns(table.columns, options)
        for number, (line, cells) in enumerate(table):
            yield _person(line, cells, found, options)
            if number % _EVERY == 0:
                yield behind(source)
        yield behind(source)


def columns(header: Sequence[str], options: PeopleListOptions) -> dict[str, str]:
    """Return our columns with the list's own names for them."""
    bare = {"".join(name.lower().split()).replace("_", "").replace("-", "").replace(".", ""): name for name in header}
    usual = {ours: next((bare[one] for one in known if one in bare), "") for ours, known in NAMES.items()}
    named = {ours: getattr(options, ours, "") for ours in NAMES if ours != "group"}
    found = {ours: named.get(ours) or usual[ours] for ours in NAMES}
    if not found["person"]:
        raise Unreadable(
            f"no column names the person; say which with the option person=COLUMN (there are {', '.join(filter(None, header))})"
        )
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _person(line: int, cells: Mapping[str, str], found: Mapping[str, str], options: PeopleListOptions) -> Entry | Fault:
    if not cells.get(found["person"]):
        return Fault(f"line {line}", "no_person", "the line names nobody")

    def row() -> Entry:
        taken: dict[str, Cell] = {ours: cells[theirs] for ours, theirs in found.items() if theirs in cells}
        dated: dict[str, Cell] = {name: times.day(str(taken[name])) for name in _DATES if name in taken}
        return Entry("people", {"group": options.group, **taken, **dated})

    return attempted(f"line {line}", row)
