"""Makes the whole demo organisation from one seed: same seed, same folder, byte for byte."""

from collections.abc import Sequence
from typing import Final

from kithline_core.dataset.folder import Dataset
from kithline_core.demo import answers, cast, outside, places, registers, talk, worth
from kithline_core.demo.stream import END, Stream
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import Row

SEED: Final = 2_025


def make(seed: int = SEED) -> Dataset:
    """Return the dataset: about 150,000 events of twelve months."""
    stream = Stream(seed)
    talk.inside(stream)
    outside.suppliers(stream)
    outside.customers(stream)
    outside.dealers(stream)
    outside.loudspeaker(stream)
    outside.lounge(stream)
    rows: dict[str, Sequence[Row]] = {
        "organisations": cast.organisations(),
        "people": cast.people(),
        "populations": cast.populations(),
        "communities": places.communities(),
        "interfaces": places.interfaces(),
        "events": stream.events,
        "answers": answers.answers(stream),
        **registers.registers(),
    }
    settings = Settings(
        nature="synthetic",
        title="Auren Motors (synthetic)",
        languages=["en"],
        timezone="UTC",
        end=END,
        focal=[cast.FOCAL],
    )
    dataset = Dataset(settings=settings, value=worth.value())
    dataset.rows.update({name: list(found) for name, found in rows.items()})
    return dataset
