"""The harness end to end on logs as small as they get: measured, kept, written, and the same again."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import polars as pl
import pytest

from .chart import Chart, Line, svg
from .document import write
from .goals import missed
from .harder import STRIPPED
from .job import Job, Log
from .plan import RIVAL_METHODS, Plan
from .rivals import connected, measure_rival
from .tables import error, share
from .workers import measure, measure_all

TINY = Plan(
    accounts=400,
    requests=4_000,
    seeds=1,
    curve_seeds=1,
    clean_seeds=1,
    permuted_runs=8,
    permutations=1,
    large=0,
    scenarios=("baseline",),
    sizes=(30,),
    shares=(0.1,),
    camouflage=(0.5,),
    stripped=(next(iter(STRIPPED)),),
    contested=("clean",),
)
FOUND = {
    "precision": 1.0,
    "recall": 1.0,
    "reported_recall": 1.0,
    "pairs_f1": 1.0,
    "b_cubed_f1": 1.0,
    "members_error": 0.0,
    "matching_error": 0.004,
    "false": 0,
    "clusters": 1,
    "seconds": 1.0,
    "ingest_seconds": 1.0,
    "verdicts": {"campaign": 1, "lead": 1},
    "found": [{"verdict": "lead", "core": 12}],
}
INNOCENT = FOUND | {"verdicts": {"lead": 1}, "clusters": 0}
CHANCE = {"largest": [3] * 8, "reportable": 0, "p_values": [1.0, 0.5]}


def figures_of(plan):
    """Made-up figures for every job of a plan, as a detector without faults would give them."""
    figures = {job: CHANCE if job.measurement == "permuted" else FOUND for job in plan.jobs()}
    return figures | {plan.scan("clean", 1): INNOCENT}


def written(directory, plan, figures):
    write(directory / "validation.md", plan, figures, "the command", "c0de", 2)
    return (directory / "validation.md").read_text("utf-8")


def test_a_campaign_is_scanned_permuted_and_set_against_its_truth():
    log = Log("baseline", 400, 4_000, 1, members=40)
    scanned = measure(Job("scan", log, permutations=1))
    assert scanned["precision"] == scanned["recall"] == 1
    assert scanned["verdicts"]["campaign"] == 1
    chance = measure(Job("permuted", log, runs=4, permutations=1))
    assert len(chance["largest"]) == 4
    assert set(chance["p_values"]) <= {0.5, 1.0}


@pytest.mark.parametrize("method", RIVAL_METHODS[:2])
def test_a_rival_that_chains_accounts_finds_groups_where_no_campaign_is(method):
    rated = measure_rival(Job(method, Log("clean", 400, 2_000, 1)))
    assert rated["clusters"] == rated["false"] > 0


def test_components_follow_chains_of_values():
    held = pl.DataFrame({"account_id": list("abbcd"), "value": ["x", "x", "y", "y", "z"]})
    found = dict(connected(held).iter_rows())
    assert found["a"] == found["b"] == found["c"] != found["d"]


def test_results_kept_in_the_work_directory_are_not_measured_again(tmp_path):
    job = Job("scan", Log("clean", 400, 2_000, 1))
    (tmp_path / f"{job.key('code')}.json").write_text('{"kept": true}', "utf-8")
    assert measure_all([job], tmp_path, "code", 1, lambda done, total: None) == {job: {"kept": True}}
    assert job.key("code") != job.key("other code")
    assert job.key("code") != replace(job, permutations=3).key("code")


def test_the_document_and_its_pictures_are_the_same_for_the_same_figures(tmp_path):
    first, again = tmp_path / "a", tmp_path / "b"
    page = written(first, TINY, figures_of(TINY))
    assert page == written(again, TINY, figures_of(TINY))
    assert str(tmp_path) not in page
    linked = re.findall(r"\]\((images/\S+)\)", page)
    assert sorted(linked) == sorted(path.relative_to(first).as_posix() for path in first.glob("images/*"))
    for name in linked:
        assert (first / name).read_bytes() == (again / name).read_bytes()
        ElementTree.fromstring((first / name).read_text("utf-8"))


def test_what_misses_a_goal_is_a_blind_spot_and_marked_in_its_row(tmp_path):
    good = written(tmp_path, TINY, figures_of(TINY))
    assert "None of the measured figures is below the goals." in good
    figures = figures_of(TINY)
    figures[TINY.scan("baseline", 1)] = FOUND | {"recall": 0.9}
    bad = written(tmp_path, TINY, figures)
    assert "at worst recall 0.900" in " ".join(bad.split())
    assert re.search(r"^\| baseline \|.*\| no \|$", bad, re.MULTILINE)


def test_an_innocent_cluster_called_campaign_is_said_so(tmp_path):
    figures = figures_of(TINY)
    assert "0 clusters with verdict `campaign`" in " ".join(written(tmp_path, TINY, figures).split())
    figures[TINY.scan("clean", 1)] = FOUND
    assert "1 innocent clusters called `campaign`" in written(tmp_path, TINY, figures)


def test_a_rival_that_fails_is_shown_with_its_error(tmp_path):
    figures = figures_of(TINY)
    figures[TINY.rival("Splink", "clean")] = {"error": "ImportError: no splink | here"}
    assert "failed: ImportError: no splink / here" in written(tmp_path, TINY, figures)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"precision": 0.98}, ["precision 0.980"]),
        ({"matching_error": -0.011}, ["matching requests -1.1 %"]),
        ({"false": 2}, ["2 false campaigns"]),
    ],
)
def test_goals_are_held_on_the_worst_run(changed, said):
    assert missed([FOUND, FOUND | changed]) == said


def test_shares_are_cut_so_that_one_is_all():
    assert (share(0.9999), share(1.0), share(None)) == ("0.999", "1.000", "-")
    assert (error(0.0104), error(-0.0001), error(None)) == ("+1.0 %", "0.0 %", "-")


def test_charts_escape_their_words_and_leave_gaps():
    drawn = svg(Chart("<a & b>", "x", "y", ["1", "2"], [Line("p<q", [1.0, None])]))
    root = ElementTree.fromstring(drawn)
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 1
    assert "p&lt;q" in drawn
