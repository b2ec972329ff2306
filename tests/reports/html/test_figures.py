"""Figures are drawn to scale, say in words what they show, and are the same every time."""

from datetime import date
from xml.etree import ElementTree

import pytest

from distillscan.findings.document.when import DailyCount, Event, Rhythm
from distillscan.reports.html import drawings
from distillscan.reports.html.figures import bars, combinations, disc, hours, lanes, svg, timeline, waterfall
from distillscan.reports.html.figures.scales import Days, Linear, short, ticks


def read(drawn):
    """The drawing as another program reads it; it says in words what it shows."""
    root = ElementTree.fromstring(str(drawn))
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    return root


def drawn_as(root, tag, class_):
    return [part for part in root.iter(tag) if class_ in (part.get("class") or "").split()]


@pytest.mark.parametrize(
    ("largest", "found"),
    [(0, [0]), (1, [0, 1]), (7, [0, 2, 4, 6]), (1371, [0, 500, 1000]), (0.08, [0, 0.02, 0.04, 0.06, 0.08])],
)
def test_ticks_are_round_and_few(largest, found):
    assert ticks(largest) == pytest.approx(found)


def test_a_scale_maps_nothing_on_its_start():
    assert Linear(200, 100, 0)(50) == 75
    assert Linear(0, 100, 0)(5) == 100


def test_days_stand_side_by_side_and_are_labelled_sparsely():
    days = Days(date(2026, 4, 22), date(2026, 6, 5), 0, 450)
    assert (days.count, days.width, days(date(2026, 4, 23))) == (45, 10, 10)
    assert days(date(2030, 1, 1)) == 450
    assert [short(day) for day in days.labelled(7)][:2] == ["22 Apr", "29 Apr"]
    decade = Days(date(2016, 1, 1), date(2026, 1, 1), 0, 1)
    assert len(decade.labelled(7)) <= 11


def test_coordinates_have_two_decimals_and_no_negative_zero():
    assert [svg.number(value) for value in (1, 1.5, -0.001, 1 / 3, 100.0)] == ["1", "1.5", "0", "0.33", "100"]


def test_text_of_the_log_is_text_in_a_drawing(payloads):
    for payload in payloads:
        root = ElementTree.fromstring(f"<svg>{svg.text(0, 0, payload)}</svg>")
        assert [part.tag for part in root.iter()] == ["svg", "text"]


def test_the_timeline_has_a_bar_for_each_day_and_a_number_for_each_event(findings):
    events = [
        Event(day=date(2026, 5, 20), kind="model_release", name="atlas-3"),
        Event(day=date(2020, 1, 1), kind="policy", name="before the log"),
    ]
    log = [DailyCount(day=date(2026, 5, 4), requests=900, accounts=300)]
    with_events = findings.model_copy(update={"events": events, "days": log})
    cluster = findings.clusters[0]
    root = read(timeline.draw(with_events, cluster))
    assert len(drawn_as(root, "rect", "core")) == 2 * len(cluster.timeline)
    assert [mark.text for mark in drawn_as(root, "text", "event")] == ["1"]
    assert [event.name for _, event in timeline.numbered(with_events)] == ["atlas-3"]
    assert len(drawn_as(root, "polyline", "everybody")) == 1


def test_the_heat_maps_have_a_cell_for_each_hour_and_keep_quiet_hours_visible():
    core = [0] * 100 + [1] + [400] * 67
    rhythm = Rhythm(core=core, rest=[5] * 168, flatness=None, rest_flatness=None, statement="Said.")
    root = read(hours.draw(rhythm))
    first, second = (drawn_as(root, "g", name)[0] for name in ("core-map", "rest-map"))
    shades = [cell.get("class") for cell in first.iter("rect")]
    assert [shades.count(shade) for shade in ("h0", "h1", "h8")] == [100, 1, 67]
    assert {cell.get("class") for cell in second.iter("rect")} == {"h8"}


def test_a_bar_is_as_long_as_its_share_of_the_whole_and_never_longer():
    rows = [bars.Row("half", 5, "5", low=4, high=6), bars.Row("beyond", 20, "20", mark=30)]
    root = read(bars.draw(rows, 10, "said"))
    tracks, cores = drawn_as(root, "rect", "track"), drawn_as(root, "rect", "core")
    lengths = [
        float(core.get("width")) / float(track.get("width"))
        for track, core in zip(tracks, cores, strict=True)
    ]
    assert lengths == [0.5, 1.0]
    assert len(drawn_as(root, "path", "interval")) == 1
    assert len(drawn_as(root, "line", "mark")) == 1


def test_the_waterfall_ends_at_the_sum_of_its_steps():
    root = read(
        waterfall.draw([("prior odds", -4.0), ("NETWORK", 9.0), ("no TIMING", -1.5)], "said", threshold=3.17)
    )
    assert [value.text for value in drawn_as(root, "text", "value")] == ["−4.0", "+9.0", "−1.5", "+3.5"]
    assert len(drawn_as(root, "rect", "against")) == 2
    (total,), (gain,) = drawn_as(root, "rect", "core"), drawn_as(root, "rect", "for")
    assert float(total.get("width")) / float(gain.get("width")) == pytest.approx(3.5 / 9, abs=0.01)


def test_the_map_has_a_dot_for_each_account_until_there_are_too_many():
    dots = [disc.Dot(families=5, core=True)] * 30 + [disc.Dot(families=2, core=False)] * 4
    root = read(disc.draw(dots, "said"))
    assert [drawn_as(root, "path", name)[0].get("d").count("M") for name in ("f5", "probable")] == [30, 4]
    assert (disc.per_dot(2500), disc.per_dot(25_000)) == (1, 10)
    assert len(str(disc.draw([disc.Dot(3, True)] * 125_000, "said"))) < 60_000


def test_the_map_of_nobody_is_empty():
    assert not list(read(disc.draw([], "said")).iter("path"))


def test_combinations_beyond_the_shown_are_counted_together():
    families = ["A", "B", "C", "D"]
    held = [(frozenset(families[: place % 4]), 100 - place) for place in range(11)]
    root = read(combinations.draw(families, held, "said"))
    assert len(drawn_as(root, "rect", "core")) == 9
    assert "2 more combinations, 181 accounts" in [part.text for part in root.iter("text")]


def test_lanes_show_each_cluster_with_its_counts(findings):
    words = [part.text for part in read(lanes.draw(findings)).iter("text")]
    assert {"A", "B", "campaign", "organisation", "118 accounts", "13,421"} <= set(words)


@pytest.mark.parametrize("draw", [drawings.families, drawings.sensitivity])
def test_bars_of_a_cluster_say_what_they_show(draw, findings):
    root = read(draw(findings.clusters[0]))
    assert "of 118" in root.get("aria-label")
    assert draw(findings.clusters[0]) == draw(findings.clusters[0])


def test_a_share_says_itself_and_what_it_is_elsewhere():
    assert read(drawings.part(0.76, 0.084)).get("aria-label") == "76 %; elsewhere 8.4 %"
