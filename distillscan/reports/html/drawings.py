"""The figures of a page by what they show, for the templates."""

from markupsafe import Markup

from distillscan.findings.document import Cluster
from distillscan.findings.document.capabilities import CapabilityProfile
from distillscan.reports.html.figures import bars, hours, lanes, svg, timeline
from distillscan.reports.wording import count, percent

__all__ = ["capabilities", "families", "hours", "lanes", "part", "sensitivity", "timeline"]

_PART = 120.0


def families(cluster: Cluster) -> Markup:
    """How much of the core each family ties."""
    core = cluster.accounts.core
    rows = [
        bars.Row(tie.family, tie.core_accounts, f"{count(tie.core_accounts)} of {count(core)}")
        for tie in cluster.families
    ]
    said = "; ".join(f"{row.name} ties {row.reading} core accounts" for row in rows)
    return bars.draw(rows, core, f"{said}.")


def sensitivity(cluster: Cluster) -> Markup:
    """How much of the core is left under other settings, and how large the core is then."""
    core = cluster.accounts.core
    rows = [
        bars.Row(
            variant.setting,
            variant.kept,
            f"{count(variant.kept)} of {count(core)} remain",
            mark=variant.core_accounts,
        )
        for variant in cluster.sensitivity
    ]
    said = "; ".join(f"{row.name}: {row.reading}" for row in rows)
    largest = max([core, *(variant.core_accounts for variant in cluster.sensitivity)])
    return bars.draw(rows, largest, f"{said}.", names=250)


def capabilities(profile: CapabilityProfile) -> Markup:
    """What the core asks for, with intervals; the mark is the rest of the log."""
    rows = [
        bars.Row(
            one.capability,
            one.share,
            percent(one.share)
            if one.background is None
            else f"{percent(one.share)}, rest {percent(one.background)}",
            low=one.low,
            high=one.high,
            mark=one.background,
        )
        for one in profile.capabilities
    ]
    said = "; ".join(f"{row.name}: {row.reading}" for row in rows)
    largest = max((max(one.high, one.background or 0) for one in profile.capabilities), default=1)
    return bars.draw(rows, largest, f"{said}.", names=250, class_="bars measured")


def part(value: float, background: float | None = None) -> Markup:
    """A small bar for a share between 0 and 1, with a mark where the rest of the log has it."""
    parts = [svg.rect(0, 3, _PART, 8, "track"), svg.rect(0, 3, _PART * min(max(value, 0), 1), 8, "core")]
    said = percent(value)
    if background is not None:
        x = _PART * min(max(background, 0), 1)
        parts.append(svg.line(x, 0, x, 14, "mark"))
        said += f"; elsewhere {percent(background)}"
    return svg.drawing(_PART, 14, said, *parts, class_="part")
