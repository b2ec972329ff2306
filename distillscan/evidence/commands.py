"""The commands that read the inputs of a bundle again, and the column maps that they name."""

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from distillscan.evidence.inputs import SealedInput
from distillscan.logs.dryrun.suggestion import toml_string

# beside the paths in the map of a file
_FORMAT = "format"


def ingests(inputs: Sequence[SealedInput], account_field: str, keep_text: str) -> list[str]:
    """Return the commands that read the inputs; several where files of a kind were read by different maps."""
    commands = []
    for number, together in enumerate(_rounds(inputs), start=1):
        words = ["distillscan", "ingest"]
        for file in together:
            words += [file.name] if file.kind == "requests" else [f"--{file.kind}", file.name]
        if any(map(_paths, together)):
            words += ["--map", _map_name(number)]
        formats = {file.mapping[_FORMAT] for file in together if _paths(file) and _FORMAT in file.mapping}
        words += [word for name in sorted(formats) for word in ("--format", name)]
        commands.append(shlex.join([*words, "--account-field", account_field, "--keep-text", keep_text]))
    return commands


def write_maps(inputs: Sequence[SealedInput], directory: Path) -> None:
    """Write the maps that `ingests` names, with a section for each kind of file."""
    for number, together in enumerate(_rounds(inputs), start=1):
        sections = {file.kind: paths for file in together if (paths := _paths(file))}
        if sections:
            text = "\n".join(_section(kind, paths) for kind, paths in sections.items())
            (directory / _map_name(number)).write_bytes(text.encode())


def _rounds(inputs: Sequence[SealedInput]) -> list[list[SealedInput]]:
    """The inputs in as few groups as each can be read with one map."""
    maps: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    rounds: defaultdict[int, list[SealedInput]] = defaultdict(list)
    for file in inputs:
        known = maps[file.kind]
        # without paths the format is recognised, whatever it is
        own = file.mapping if _paths(file) else {}
        if own not in known:
            known.append(own)
        rounds[known.index(own)].append(file)
    return [rounds[number] for number in sorted(rounds)]


def _paths(file: SealedInput) -> dict[str, str]:
    return {name: path for name, path in file.mapping.items() if name != _FORMAT}


def _section(kind: str, paths: Mapping[str, str]) -> str:
    lines = (f"{name} = {toml_string(path)}\n" for name, path in sorted(paths.items()))
    return f"[{kind}]\n{''.join(lines)}"


def _map_name(number: int) -> str:
    return "columns.toml" if number == 1 else f"columns-{number}.toml"
