"""Keyed hashes of people's ids."""

from kithline_core.model.pseudonyms import digest, pseudonym, shown


def test_the_same_person_has_another_pseudonym_at_another_tenant() -> None:
    assert pseudonym(b"one", "anna") != pseudonym(b"other", "anna")


def test_a_pseudonym_stays_as_it_is_when_it_is_sent_again() -> None:
    once = pseudonym(b"one", "anna")
    assert pseudonym(b"one", once) == once


def test_an_id_that_only_looks_like_a_pseudonym_is_hashed() -> None:
    assert pseudonym(b"one", "p-anna") != "p-anna"


def test_the_digest_shown_in_receipts_is_the_one_that_is_kept() -> None:
    assert shown(b"one", "anna") == digest(b"one", "anna").hex()
