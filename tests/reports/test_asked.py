"""What a cluster was after, on a narrow screen: no name and no figure is cut."""

from distillscan.findings.document.capabilities import CapabilityShare
from distillscan.reports import asked
from distillscan.reports.terminal import whole
from tests.reports.made_findings import campaign, hostile_findings, profile


def test_names_and_intervals_break_into_lines_and_figures_stay_whole():
    worst = CapabilityShare(
        capability="software engineering of some kind",
        requests=123_456,
        share=0.0012,
        low=0.0004,
        high=0.9995,
        background=0.0001,
        background_low=0.0,
        background_high=0.0004,
        lift=1_666.7,
        distinct=True,
    )
    wide = profile().model_copy(update={"capabilities": [worst]})
    cluster = campaign().model_copy(update={"capabilities": wide})
    drawn = whole.render(hostile_findings().model_copy(update={"clusters": [cluster]}), width=80)
    words = drawn.split()
    for cell in asked.cells(worst):
        assert all(word in words for word in cell.split())
