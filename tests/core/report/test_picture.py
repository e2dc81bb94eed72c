import xml.etree.ElementTree as ET
from pathlib import Path

from kithline_core.report.picture import drawn, main

COMMITTED = Path(__file__).parents[3] / "docs" / "images" / "demo.svg"


def test_drawing_the_demo_organisation_again_gives_the_committed_picture(tmp_path):
    main(str(tmp_path / "images" / "demo.svg"))

    assert (tmp_path / "images" / "demo.svg").read_bytes() == COMMITTED.read_bytes(), (
        "draw it anew: python -m kithline_core.report.picture docs/images/demo.svg"
    )


def test_the_picture_is_small_and_loads_nothing():
    assert COMMITTED.stat().st_size < 200_000
    tree = ET.parse(COMMITTED)
    assert not [one for one in tree.iter() if one.tag.endswith(("script", "image", "use", "foreignObject"))]


def test_what_cannot_be_drawn_is_left_out(made):
    found = [made.document(key) for key in ("maturity.depth", "silos.internal", "supply.collaboration")]
    verdict = made.document("kithline.verdict", measures={"sentence": "Not decidable <yet>."})

    picture = drawn("Auren", [*found, verdict], made.document("supply.collaboration"))

    assert "Not decidable &lt;yet&gt;." in picture
    assert 'class="back"' not in picture
