"""`python -m rls_dash.sample_clinic [DIRECTORY]` writes the sample clinic, by default to data/samples/."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rls_dash.sample_clinic.clinic import DIRECTORY, SEED, write


def main() -> int:
    """Write the files and name them; always 0."""
    parser = argparse.ArgumentParser(prog="python -m rls_dash.sample_clinic", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, default=DIRECTORY)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    for path in write(chosen.directory, chosen.seed):
        sys.stdout.write(f"{path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
