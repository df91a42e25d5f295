"""The review as JSON."""

import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.domain.review.plain import dumps, from_json, loads, to_json
from tests.domain.review.reading import review, whole_incident
from tests.domain.vocabulary import declared


def test_the_document_comes_back_as_it_was() -> None:
    story, messages = whole_incident()
    document = review(story, *messages)

    assert loads(dumps(document)) == document
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


def test_the_same_document_is_always_the_same_bytes() -> None:
    story, messages = whole_incident()

    assert dumps(review(story, *messages)) == dumps(review(story, *messages))
    assert json.loads(dumps(review(story))) == to_json(review(story))


def test_it_names_its_incident_and_its_schema() -> None:
    plain = to_json(review(declared()))

    assert (plain["name"], plain["number"], plain["schema"]) == ("INC-42", 42, 1)


def test_what_a_newer_version_adds_to_a_value_is_left_out() -> None:
    plain = to_json(review(declared()))
    plain["mood"] = "calm"

    assert from_json(plain) == review(declared())


def test_a_kind_of_block_that_is_not_known_is_not_guessed() -> None:
    plain = to_json(review(declared()))
    plain["sections"][0]["blocks"][0]["type"] = "hologram"

    with pytest.raises(KeyError, match="hologram"):
        from_json(plain)


def test_a_time_may_be_given_in_any_zone_and_is_kept_in_utc() -> None:
    document = review(declared())
    zoned = document.compiled_at.astimezone(timezone(timedelta(hours=2)))

    assert to_json(replace(document, compiled_at=zoned)) == to_json(document)
