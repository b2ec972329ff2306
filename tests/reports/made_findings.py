"""The findings that reports are drawn from in tests, and the same with hostile texts.

They are read from golden/findings.json, which is what `report -t json` makes of them: to draw something else,
write it into that file.
"""

from pathlib import Path

from payloads import PAYLOADS

from distillscan.findings.document import Cluster, Findings
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.findings.document.verdict import BenignExplanation, Evidence, Finding
from distillscan.findings.document.when import Chronology

_MADE = Findings.model_validate_json((Path(__file__).parent / "golden" / "findings.json").read_bytes())


def campaign() -> Cluster:
    return _MADE.clusters[0]


def organisation() -> Cluster:
    return _MADE.clusters[1]


def profile() -> CapabilityProfile:
    assert campaign().capabilities
    return campaign().capabilities


def make_findings(*clusters: Cluster, headline: str) -> Findings:
    return _MADE.model_copy(update={"clusters": list(clusters), "headline": headline})


def hostile_findings() -> Findings:
    """Every text that can come from a log or a file name is hostile."""
    text = " ".join(payload for payload in PAYLOADS if "\ud800" not in payload)
    cluster = campaign()
    statement = Evidence(code="code", statement=text, value=None, background=None)
    attacked = cluster.model_copy(
        update={
            "coordination": Finding(grade="high", evidence=[statement]),
            "capabilities": profile().model_copy(
                update={
                    "statement": text,
                    "note": text,
                    "capabilities": [profile().capabilities[0].model_copy(update={"capability": text})],
                    "inserts": [profile().inserts[0].model_copy(update={"text": text})],
                }
            ),
            "templates": [cluster.templates[0].model_copy(update={"exemplar": text})],
            "values": [cluster.values[0].model_copy(update={"pseudonym": text, "signal": text})],
            "families": [cluster.families[0].model_copy(update={"family": "=cmd|x", "signals": [text]})],
            "benign_explanations": [
                BenignExplanation(name="one organisation", result="not testable", statement=text)
            ],
            "chronology": _hostile_chronology(text),
            "anchored": [
                cluster.anchored[0].model_copy(
                    update=dict.fromkeys(("entity", "statement"), text)
                    | {key: [text] for key in ("sources", "grades", "conflicting")}
                )
            ],
        }
    )
    result = make_findings(attacked, headline="One campaign.")
    files = [file.model_copy(update={"name": text}) for file in result.inputs]
    events = [result.events[0].model_copy(update={"kind": text, "name": text})]
    written = dict.fromkeys(("signal", "pseudonym", "entity", "source", "grade", "statement"), text)
    anchors = [result.anchors[0].model_copy(update=written)]
    entities = [result.entities[0].model_copy(update={"entity": text, "statement": text})]
    return result.model_copy(
        update={
            "inputs": files,
            "notes": [text],
            "events": events,
            "anchors": anchors,
            "entities": entities,
        }
    )


def _hostile_chronology(text: str) -> Chronology:
    usual = campaign().chronology
    event = usual.changes[0].event.model_copy(update={"kind": text, "name": text})
    return usual.model_copy(
        update={
            "releases": [usual.releases[0].model_copy(update={"model": text, "statement": text})],
            "changes": [usual.changes[0].model_copy(update={"event": event, "statement": text})],
        }
    )
