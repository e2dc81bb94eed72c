"""A signed index: what whoever installs from it gets is what whoever signed it meant."""

import base64
import json
import re

import pytest

from helpers.wheels import manifest, wheel, zipped
from kithline_core import signing
from kithline_core.errors import Invalid, NotFound
from kithline_core.plugins.index import building, catalogue, fetching


@pytest.fixture
def key(tmp_path):
    signing.generate(tmp_path / "index.pem")
    return signing.load(tmp_path / "index.pem")


@pytest.fixture
def place(tmp_path, sound, key):
    """A signed index with one wheel."""
    building.build(tmp_path / "public", [sound], "Ours", key)
    return tmp_path / "public"


def fetch(place, key, plugin="acme-echo"):
    return fetching.fetch(place, plugin, signing.public(key))


def test_a_wheel_comes_out_as_it_went_in(place, key, sound):
    for where in (place, place / "index.json"):
        found = fetch(where, key)
        assert found.wheel.read_bytes() == sound.read_bytes()
        assert (found.wheels, found.attestation) == (place / "wheels", None)


def test_an_attestation_comes_along(tmp_path, place, key):
    other = wheel(tmp_path / "more", version="2.0.0")
    other.with_name(other.name + building.ATTESTATION).write_text("{}")
    building.build(place, [other], "Ours", key)

    assert fetch(place, key).attestation == place / "wheels" / f"{other.name}.publish.attestation"
    assert fetch(place, key, "acme-echo==1.0.0").attestation is None


def test_the_newest_that_is_no_experiment_is_meant(tmp_path, place, key):
    more = [wheel(tmp_path, version="1.10.0"), wheel(tmp_path, version="1.9.0")]
    more.append(wheel(tmp_path, version="2.0.0", lifecycle={"status": "experimental"}))
    building.build(place, more, "Ours", key)

    assert fetch(place, key).wheel.name.startswith("acme_echo-1.10.0")
    assert fetch(place, key, "acme-echo==2.0.0").wheel.name.startswith("acme_echo-2.0.0")
    with pytest.raises(NotFound, match="it holds acme-echo"):
        fetch(place, key, "acme-other")


def test_an_index_that_another_key_signed_is_refused(tmp_path, place):
    signing.generate(tmp_path / "other.pem")

    with pytest.raises(Invalid, match="not signed with this key, or was changed"):
        fetch(place, signing.load(tmp_path / "other.pem"))


@pytest.mark.parametrize("publisher", ["nonsense", "!", base64.b64encode(b"short").decode()])
def test_what_is_no_key_is_refused(place, publisher):
    with pytest.raises(Invalid, match="no public key"):
        fetching.fetch(place, "acme-echo", publisher)


def test_a_changed_index_or_signature_is_refused(place, key):
    file, signature = place / "index.json", place / "index.json.sig"
    before = file.read_text()
    file.write_text(before.replace("acme", "emca"))
    with pytest.raises(Invalid, match="was changed since"):
        fetch(place, key)
    file.write_text(before)
    signature.write_text("!")
    with pytest.raises(Invalid, match="was changed since"):
        fetch(place, key)
    signature.unlink()
    with pytest.raises(Invalid, match="is no index"):
        fetch(place, key)


def test_a_changed_wheel_is_refused(place, key, sound):
    (place / "wheels" / sound.name).write_bytes(b"PK")

    with pytest.raises(Invalid, match="not the wheel that was signed"):
        fetch(place, key)


def sign(place, key, told):
    said = told if isinstance(told, bytes) else json.dumps(told).encode()
    (place / "index.json").write_bytes(said)
    signature = base64.b64encode(key.sign(catalogue.PREFIX + said)).decode()
    (place / "index.json.sig").write_text(signature)


def test_a_signed_index_may_still_not_lead_elsewhere(place, key):
    told = json.loads((place / "index.json").read_text())
    told["plugins"][0]["wheel"] = "../../wheel"
    sign(place, key, told)
    with pytest.raises(Invalid, match="lies outside it"):
        fetch(place, key)
    sign(place, key, b"[]")
    with pytest.raises(Invalid, match="cannot be read"):
        fetch(place, key)


def test_an_index_that_is_too_large_is_refused(place, key, monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_BYTES", 10)

    with pytest.raises(Invalid, match="larger than"):
        fetch(place, key)


def test_a_signature_of_something_else_does_not_fit(place, key):
    said = (place / "index.json").read_bytes()
    (place / "index.json.sig").write_text(base64.b64encode(key.sign(said)).decode())

    with pytest.raises(Invalid, match="not signed"):
        fetch(place, key)


def test_a_version_is_published_once(tmp_path, place, key, sound):
    assert building.build(place, [sound], "Ours", key).plugins
    assert building.build(place, [place / "wheels" / sound.name], "Ours", key).plugins
    with pytest.raises(Invalid, match="a version is published once"):
        building.build(place, [wheel(tmp_path / "again", build=2)], "Ours", key)


def test_what_would_not_be_installed_is_not_published(tmp_path, key):
    with pytest.raises(Invalid, match="version '9' of the contract"):
        building.build(tmp_path / "public", [wheel(tmp_path, api_version="9")], "Ours", key)
    with pytest.raises(Invalid, match="holds no plugin"):
        building.build(tmp_path / "public", [], "Ours", key)
    assert not (tmp_path / "public" / "index.json").exists()


def test_wheels_of_libraries_lie_beside_those_of_plugins(place, key):
    info = "acme_lib-1.0.dist-info"
    zipped(place / "wheels" / "acme_lib-1.0-py3-none-any.whl", {f"{info}/METADATA": "Name: a\n"}, info)

    assert [one.name for one in building.build(place, [], "Ours", key).plugins] == ["acme-echo"]


def test_a_page_tells_what_a_plugin_is_and_runs_nothing(tmp_path, key):
    hostile = manifest()["scorers"][0] | {
        "title": {"en": "<script>alert(1)</script>"}, "minimum": [
            {"what": "ties", "measure": "ties", "at_least": 10, "reason": "few_ties"}],
    }  # fmt: skip
    connector = {"key": "acme.x", "version": "1", "title": {"de": "x"}, "takes": [".zip"], "writes": ["events"]}
    path = wheel(
        tmp_path, scorers=[hostile], connectors=[connector], minimum_tier="full",
        lifecycle={"status": "deprecated", "sunset": "2027-01-01", "successor": "acme.call"},
    )  # fmt: skip
    building.build(tmp_path / "public", [path], "Ours & theirs", key)

    front, page = ((tmp_path / "public" / name).read_text() for name in ("index.html", "plugins/acme-echo-1.0.0.html"))

    for words in ("at least full", "until 2027-01-01; then acme.call", "ties: at least 10", "acme.x", "appraisal"):
        assert words in page
    assert "Ours &amp; theirs" in front
    assert "<script" not in front + page
    assert "default-src 'none'" in page


def test_links_of_the_pages_lead_to_files(place):
    pages = [place / "index.html", place / "plugins" / "acme-echo-1.0.0.html"]

    links = [(page, link) for page in pages for link in re.findall(r'href="([^"]+)"', page.read_text())]

    assert len(links) >= 4
    assert all((page.parent / link).exists() for page, link in links)
