"""The command line of the validation: measure what is planned, then write the document and its pictures."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from .capabilities import write_section
from .document import write
from .plan import QUICK, Plan
from .workers import code_digest, measure_all


def main(arguments: list[str] | None = None) -> None:
    """Measure and write; what was measured before with the same code is taken from the work directory."""
    given = arguments if arguments is not None else sys.argv[1:]
    options = _parser().parse_args(given)
    if options.only:
        write_section(options.output)
        print(f"wrote a section of {options.output}", file=sys.stderr)
        return
    plan = plan_of(options)
    code = code_digest()
    figures = measure_all(list(plan.jobs()), options.work, code, options.processes, _progress)
    write(options.output, plan, figures, _command(options), code, options.processes)
    print(f"wrote {options.output}", file=sys.stderr)


def plan_of(options: argparse.Namespace) -> Plan:
    """Return the plan that the options ask for."""
    plan = QUICK if options.quick else Plan()
    changes = {
        "seeds": options.seeds,
        "curve_seeds": options.curve_seeds,
        "clean_seeds": options.clean_seeds,
        "permuted_runs": options.permuted_runs,
    }
    return replace(plan, **{name: value for name, value in changes.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.validation", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/validation.md"))
    parser.add_argument(
        "--only", choices=["capabilities"], help="measure and write this section, leave the others"
    )
    parser.add_argument("--quick", action="store_true", help="few seeds and points")
    parser.add_argument("--seeds", type=int, metavar="N", help="logs of each scenario")
    parser.add_argument("--curve-seeds", type=int, metavar="N", help="logs of each point of a curve")
    parser.add_argument("--clean-seeds", type=int, metavar="N", help="logs without a campaign")
    parser.add_argument("--permuted-runs", type=int, metavar="N", help="permuted copies of a log")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument("--work", type=Path, default=Path("build/validation"), help="where results are kept")
    return parser


def _command(options: argparse.Namespace) -> str:
    """Return the command as anybody may give it again; the work directory is of this machine only."""
    words = ["python -m tests.validation", f"-o docs/{options.output.name}"]
    words += ["--quick"] if options.quick else []
    for name in ("seeds", "curve_seeds", "clean_seeds", "permuted_runs"):
        value = getattr(options, name)
        words += [] if value is None else [f"--{name.replace('_', '-')} {value}"]
    return " ".join(words)


def _progress(done: int, total: int) -> None:
    print(f"{done} of {total} measurements", file=sys.stderr, flush=True)
