"""Any number of nights of any kind: ``python -m bench.nights --seeds tune --nights 20 --scenario fire``."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import msgspec

from bench.__main__ import Row, table
from bench.nights import plots
from bench.nights.losses import losses
from bench.nights.night import Case
from bench.nights.plan import cases
from bench.nights.scenarios import SCENARIOS
from bench.nights.seeds import RANGES
from bench.nights.table import rows
from bench.nights.tradeoff import curve
from bench.nights.trial import Trial, trials
from models.volume.settings import DetectionSettings


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    parser.add_argument("--seeds", choices=RANGES, default="tune", help="tune on the ones, report the others")
    parser.add_argument("--first", type=int, default=0, help="leave out so many seeds of the range")
    parser.add_argument(
        "--nights", type=int, default=8, help="for each kind of fire; of the others in proportion"
    )
    parser.add_argument("--scenario", action="append", default=[], choices=SCENARIOS)
    parser.add_argument("--rate", action="append", default=[], type=float)
    parser.add_argument("--multiple", action="append", default=[], type=float)
    parser.add_argument("--processes", type=int, default=1, choices=(1, 2))
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="try another constant of the detector"
    )
    parser.add_argument(
        "--curve",
        metavar="KEY=VALUE,VALUE",
        help="print what each value of a constant brings instead",
    )
    parser.add_argument("--losses", action="store_true", help="list the nights that were lost")
    parser.add_argument("--keep", type=Path, help="write every trial to this file, a JSON object a line")
    parser.add_argument("--read", type=Path, help="print the table of a file that was kept, without playing")
    parser.add_argument("--plot", action="store_true", help="draw the first night of each scenario instead")
    return parser.parse_args()


def settings(given: list[str]) -> DetectionSettings:
    """Return the detector's settings with what was *given* instead of the defaults."""
    return msgspec.convert(dict(pair.split("=", 1) for pair in given), DetectionSettings, strict=False)


def kept_in(file: Path | None, found: Iterable[Trial]) -> Iterator[Trial]:
    """Pass trials on, each written to *file* at once: a long run may be stopped without losing it."""
    with file.open("w", encoding="utf-8") if file else nullcontext() as out:
        for one in found:
            if out is not None:
                # The standard library writes and reads infinity, which "never" is.
                out.write(json.dumps(msgspec.to_builtins(one)) + "\n")
                out.flush()
            yield one


def main() -> int:
    """Play the nights that were asked for, and print their table."""
    asked = options()
    plan = cases(
        asked.nights,
        RANGES[asked.seeds][asked.first :],
        scenarios=asked.scenario,
        rates=asked.rate,
        multiples=asked.multiple,
    )
    if asked.plot:
        first = {case.scenario: case for case in reversed(plan)}
        print(*(plots.drawn(case) for case in first.values()), sep="\n")
        return 0
    if asked.curve:
        key, _, values = asked.curve.partition("=")

        def play(some: Sequence[Case], pair: str) -> Iterator[Trial]:
            return trials(some, asked.processes, settings([*asked.set, pair]))

        for line in curve(key, values.split(","), plan, play):
            print(line, flush=True)
        return 0
    if asked.read:
        found = [
            msgspec.convert(json.loads(line), Trial) for line in asked.read.read_text("utf-8").splitlines()
        ]
    else:
        print(f"{len(plan)} nights", file=sys.stderr)
        found = list(kept_in(asked.keep, trials(plan, asked.processes, settings(asked.set))))
    print(*table(Row(*row) for row in rows(found)), sep="\n")
    if asked.losses:
        print("", *losses(found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
