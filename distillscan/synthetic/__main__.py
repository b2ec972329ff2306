"""Write the sample logs: ``python -m distillscan.synthetic DIRECTORY``."""

import argparse
from pathlib import Path

from distillscan.synthetic.files import write_sample
from distillscan.synthetic.sample import build_sample

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m distillscan.synthetic", description="Write the sample logs."
    )
    parser.add_argument(
        "directory", type=Path, help="where the files go; files of the same names are replaced"
    )
    write_sample(build_sample(), parser.parse_args().directory)
