"""Events of people under the id that stands for each, bots and sensitive communities left out; and their groups."""

import msgspec

from kithline_core.affiliation import identity, steps
from kithline_core.dataset import door
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.tables import Tables
from kithline_core.model.rows import EventRow
from kithline_core.model.sensitive import marked


def events(dataset: Dataset, tables: Tables) -> list[EventRow]:
    """Return the events that count, in no order."""
    hidden = marked(door.columns(dataset.rows["communities"], steps.columns("communities")))
    links = door.columns(dataset.rows["identities"], steps.columns("identities"))
    names = identity.names(links, "person", dataset.settings.affiliation.bar)
    bots = set(tables["bots"].texts("person"))
    found = []
    for row in dataset.rows["events"]:
        if isinstance(row, EventRow) and row.community not in hidden:
            actor, target = names.get(row.actor, row.actor), names.get(row.target or "", row.target)
            if actor not in bots and target not in bots:
                found.append(msgspec.structs.replace(row, actor=actor, target=target))
    return found


def groups(tables: Tables) -> dict[str, str]:
    """Return one group per person, the first by name of several."""
    table = tables["memberships"]
    pairs = zip(table.texts("person"), table.texts("group"), strict=True)
    return dict(sorted(((str(one), group) for one, group in pairs if group is not None), reverse=True))
