"""What is found where nothing is: logs whose families were permuted apart, in memory."""

from dataclasses import dataclass

import numpy as np

from distillscan.arrays import Int64s
from distillscan.case.frame import frame
from distillscan.case.store import Case
from distillscan.clusters.error_rate import permute, run_permutations, strata_of_activity
from distillscan.clusters.find import find_membership
from distillscan.clusters.scores import CORE
from distillscan.clusters.tiers import Membership
from distillscan.findings.scan import scan
from distillscan.findings.settings import Settings
from distillscan.signals.declared import declared
from distillscan.signals.incidence import Incidence, load

from .detector import case_of
from .job import Figures, Job, invented

_SEED = 7


@dataclass(frozen=True)
class _Observed:
    incidence: Incidence
    activity: Int64s


def measure_permuted(job: Job) -> Figures:
    """Return the largest core and the reportable clusters of ``job.runs`` permuted logs, and p-values.

    For the p-values each of the first quarter of the permuted logs is taken for an observed one, and
    permuted ``job.permutations`` times itself, in strata of its own, as a scan would do it.
    """
    with invented(job.log) as directory, case_of(directory) as case:
        scan(case, settings=Settings(permutations=0))
        observed = _observed(case)
    strata = _strata(observed, _membership(observed.incidence))
    runs = run_permutations(
        observed.incidence,
        strata,
        Settings().levels,
        permutations=job.runs,
        min_accounts=Settings().min_accounts,
        seed=_SEED,
    )
    p_values = [
        _p_value(observed, permute(observed.incidence, strata, np.random.default_rng([_SEED, run])), job)
        for run in range(job.runs // 4)
    ]
    return {
        "largest": runs.largest.tolist(),
        "reportable": runs.clusters,
        "p_values": [p for p in p_values if p is not None],
    }


def _p_value(observed: _Observed, log: Incidence, job: Job) -> float | None:
    membership = _membership(log)
    again = run_permutations(
        log,
        _strata(observed, membership),
        Settings().levels,
        permutations=job.permutations,
        min_accounts=Settings().min_accounts,
        seed=Settings().seed,
    )
    return again.p_value(int(membership.core_sizes().max(initial=0)), bound=False)


def _observed(case: Case) -> _Observed:
    connection = case.connection
    activity = frame(
        connection,
        "SELECT COUNT(*) AS n FROM account JOIN accepted USING (account_id) "
        "GROUP BY account ORDER BY account",
    )
    return _Observed(load(connection, declared(connection)), activity["n"].to_numpy())


def _membership(log: Incidence) -> Membership:
    return find_membership(log, Settings().levels, Settings().seed)


def _strata(observed: _Observed, membership: Membership) -> Int64s:
    core = np.where(membership.tier == CORE, membership.cluster, -1).astype(np.int32)
    return strata_of_activity(observed.activity, core)
