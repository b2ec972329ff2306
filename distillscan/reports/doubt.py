"""Who might be wrongly in a cluster: what the scores, other settings and the tiers say, for every report."""

from distillscan.findings.document import Cluster
from distillscan.reports import sentences
from distillscan.reports.wording import count, counted

TITLE = "Who might be wrongly included"


def figure(cluster: Cluster) -> str:
    """The most core accounts that are wrong, by the scores or under the hardest of other settings."""
    core, wrong = cluster.accounts.core, sentences.wrongly_included(cluster)
    leaving = max((core - variant.kept for variant in cluster.sensitivity), default=0)
    if leaving > wrong:
        return f"{count(leaving)} of {count(core)} may leave"
    return f"At most {count(wrong)} of {count(core)}"


def statements(cluster: Cluster) -> list[str]:
    """How many of the core are expected to be wrong, how many other settings lose, and who is in no count."""
    wrong, core = count(sentences.wrongly_included(cluster)), count(cluster.accounts.core)
    scores = f"By the scores, at most {wrong} of the {core} core accounts are expected not to belong."
    return [scores, *_varied(cluster), _uncounted(cluster)]


def _varied(cluster: Cluster) -> list[str]:
    if not cluster.sensitivity:
        return []
    hardest = min(cluster.sensitivity, key=lambda variant: variant.kept)
    leaving, settings = (
        cluster.accounts.core - hardest.kept,
        counted(len(cluster.sensitivity), "other setting"),
    )
    if leaving == 0:
        return [f"All of the core remain under the {settings} tried."]
    leave = "leaves" if leaving == 1 else "leave"
    return [f"{count(leaving)} of the core {leave} under the most severe of {settings}: {hardest.setting}."]


def _uncounted(cluster: Cluster) -> str:
    probable, leads = cluster.accounts.probable, cluster.accounts.lead
    upper = f"{counted(probable, 'probable account')} {_be(probable)} in the upper count only"
    beside = f"{counted(leads, 'lead')} {_be(leads)} not counted" if leads else "there is no lead"
    return f"{upper if probable else 'No account is only probable'}; {beside}."


def _be(number: int) -> str:
    return "is" if number == 1 else "are"
