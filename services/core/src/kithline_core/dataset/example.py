"""A tiny filled example of every file: what `kithline dataset new` writes."""

from datetime import UTC, datetime
from pathlib import Path

from kithline_core.dataset import written
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.write import write as write_folder
from kithline_core.errors import DatasetError
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.identities import IdentityRow
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.model.rows import (
    AnswerRow,
    CommunityRow,
    EventRow,
    InterfaceRow,
    OrganisationRow,
    OrganisationTieRow,
    PersonRow,
    PopulationRow,
    RatingRow,
    Row,
    SurvivalRow,
    TieRow,
)
from kithline_core.model.value import Factor, ValueLine, ValueModel

_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def write(folder: Path) -> list[Path]:
    """Write the example and return its files. Raises DatasetError where the folder already holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError([f"{folder} already holds something; name a new folder"])
    write_folder(folder, dataset())
    return sorted(path for path in folder.rglob("*") if path.is_file())


def dataset() -> Dataset:
    """Return two companies, five people (of fewer a server shows nothing), one community and a row of everything else."""
    made = Dataset(
        settings=Settings(nature="synthetic", title="Example", languages=["en"], timezone="UTC", focal=["acme"]),
        questionnaires=[_questionnaire()],
        value=_value(),
    )
    made.rows.update(
        organisations=[
            OrganisationRow(organisation="acme", name="Acme Works", role="focal"),
            OrganisationRow(organisation="bolts", name="Bolts Ltd", role="supplier", tier=1, circles="fasteners"),
        ],
        people=[
            PersonRow(
                person="ann", group="employee", organisation="acme", department="quality", rank="head", leader=True
            ),
            PersonRow(person="ben", group="employee", organisation="acme", department="production", manager="ann"),
            PersonRow(person="cat", group="supplier", organisation="bolts"),
            PersonRow(person="dan", group="supplier", organisation="bolts"),
            PersonRow(person="eva", group="employee", organisation="acme", department="production", manager="ann"),
        ],
        identities=[IdentityRow(kind="organisation", id="bolts-ltd", same_as="bolts", rule="by hand", source="erp")],
        populations=[PopulationRow(group="employee", count=2, department="quality")],
        communities=[_community()],
        interfaces=[
            InterfaceRow(side_a="production", side_b="quality", why="line stops", weight=2.0, source="process map")
        ],
        **_happened(),
    )
    return made


def _happened() -> dict[str, list[Row]]:
    asked = EventRow(id="1", source="chat", occurred_at=_DAY, actor="cat", verb="posted", target="ann", kind="question")
    return {
        "events": [
            asked,
            EventRow(
                id="2",
                source="chat",
                occurred_at=_DAY,
                actor="ann",
                verb="answered",
                target="cat",
                parent="1",
                kind="answer",
            ),
            *(
                EventRow(id=f"by-{one}", source="chat", occurred_at=_DAY, actor=one, verb="posted", community="fix-it")
                for one in ("ben", "dan", "eva")
            ),
        ],
        "ties": [TieRow(actor="ann", target="ben", count=12, days=6)],
        "organisation_ties": [
            OrganisationTieRow(organisation_a="acme", organisation_b="bolts", weight=8.0, period="2026-Q1")
        ],
        "answers": [
            AnswerRow(
                questionnaire="fasteners",
                version="1",
                assessment="spring",
                respondent=one,
                item="one",
                value=3.0,
                dated=_DAY,
            )
            for one in ("ann", "ben", "cat", "dan", "eva")
        ],
        "ratings": [RatingRow(object="idea-1", rater="ann", item="useful", value=4.0)],
        "survivals": [SurvivalRow(unit="cat", duration=41.5, ended=False, group="supplier")],
        **written.rows(_DAY),
    }


def _community() -> CommunityRow:
    purpose = "Suppliers and line staff share one fix for loose bolts a month, so that line stops fall from 12 to 6 by June 2026."
    return CommunityRow(
        community="fix-it",
        name="Fix it",
        purpose=purpose,
        kind="practice",
        invited=30,
        access="members",
        launched_at=_DAY,
        language="en",
    )


def _questionnaire() -> Questionnaire:
    item = Item(
        item="one", text={"en": "We share what we learn.", "de": "Wir teilen, was wir lernen."}, dimension="sharing"
    )
    return Questionnaire(questionnaire="fasteners", version="1", title={"en": "Fasteners"}, items=[item])


def _value() -> ValueModel:
    saved = ValueLine(
        line="fewer line stops",
        side="benefit",
        count=Factor(low=4, likely=6, high=9),
        unit_value=Factor(low=800, likely=1000, high=1500),
    )
    return ValueModel(lines=[saved], discount_rate=0.05)
