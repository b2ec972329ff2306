"""Who might be wrongly in a cluster: the larger of two doubts is the figure, and all are said."""

import pytest

from distillscan.findings.document.counts import SensitivityCount, TierCounts
from distillscan.reports import doubt


@pytest.fixture
def cluster(findings):
    def with_(kept=None, *, probable=0, lead=0):
        settings = (
            [] if kept is None else [SensitivityCount(setting="without TIMING", core_accounts=99, kept=kept)]
        )
        tiers = TierCounts(core=100, probable=probable, lead=lead)
        return findings.clusters[0].model_copy(update={"accounts": tiers, "sensitivity": settings})

    return with_


def test_the_figure_is_what_the_scores_allow_or_what_another_setting_takes_out(cluster):
    assert doubt.figure(cluster()) == "At most 10 of 100"
    assert doubt.figure(cluster(95)) == "At most 10 of 100"
    assert doubt.figure(cluster(20)) == "80 of 100 may leave"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (100, "All of the core remain under the 1 other setting tried."),
        (99, "1 of the core leaves under the most severe of 1 other setting: without TIMING."),
        (20, "80 of the core leave under the most severe of 1 other setting: without TIMING."),
    ],
)
def test_what_other_settings_take_out_is_said(cluster, kept, said):
    assert doubt.statements(cluster(kept))[1] == said


def test_who_is_in_the_upper_count_or_in_none_is_said(cluster):
    assert doubt.statements(cluster())[-1] == "No account is only probable; there is no lead."
    assert doubt.statements(cluster(probable=1, lead=2))[-1] == (
        "1 probable account is in the upper count only; 2 leads are not counted."
    )
