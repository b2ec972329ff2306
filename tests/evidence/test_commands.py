"""The commands of a bundle read the inputs as they were read, with the maps that lie beside them."""

import shlex

from distillscan.evidence.commands import ingests, write_maps
from distillscan.evidence.inputs import SealedInput
from distillscan.logs.mapping import load_mapping
from distillscan.logs.record import record_of


def sealed(number: int, name: str, kind: str = "requests", **mapping: str) -> SealedInput:
    return SealedInput(
        number=number,
        kind=kind,
        name=name,
        sha256="0" * 64,
        bytes=1,
        mapping=mapping,
        read=1,
        accepted=1,
        duplicate=0,
        rejected=0,
        first_seen=None,
        last_seen=None,
    )


def test_each_kind_has_its_section_and_one_command_is_enough(tmp_path):
    inputs = [
        sealed(1, "a b.jsonl", account_id='user."id"', timestamp="at"),
        sealed(2, "c.jsonl", account_id='user."id"', timestamp="at"),
        sealed(3, "people.csv", "accounts", account_id="number"),
        sealed(4, "days.csv", "events"),
    ]
    (command,) = ingests(inputs, "account_id", "none")
    assert shlex.split(command)[2:] == shlex.split(
        "'a b.jsonl' c.jsonl --accounts people.csv --events days.csv --map columns.toml "
        "--account-field account_id --keep-text none"
    )
    write_maps(inputs, tmp_path)
    mapping = load_mapping(tmp_path / "columns.toml")
    for file in inputs[1:]:
        assert dict(mapping.of_record(record_of(file.kind)).paths) == file.mapping


def test_files_that_were_read_by_different_maps_are_read_one_after_the_other(tmp_path):
    inputs = [
        sealed(1, "old.jsonl", account_id="uid"),
        sealed(2, "new.jsonl", account_id="user.id", format="litellm"),
        sealed(3, "own.jsonl", format="kong"),
    ]
    commands = ingests(inputs, "account_id", "exemplars")
    assert [
        "old.jsonl --map columns.toml" in commands[0],
        "columns-2.toml --format litellm" in commands[1],
    ] == [
        True,
        True,
    ]
    assert "own.jsonl --account-field" in commands[2]
    write_maps(inputs, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["columns-2.toml", "columns.toml"]


def test_what_is_recognised_needs_no_map(tmp_path):
    inputs = [sealed(1, "log.jsonl"), sealed(2, "spans.jsonl", format="phoenix")]
    assert ingests(inputs, "account_id", "exemplars") == [
        "distillscan ingest log.jsonl spans.jsonl --account-field account_id --keep-text exemplars"
    ]
    write_maps(inputs, tmp_path)
    assert list(tmp_path.iterdir()) == []
