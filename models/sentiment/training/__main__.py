"""``python -m models.sentiment.training STEP...``: each step, or all of them in order."""

import argparse
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from models.sentiment.training import lessons, shipping, workshop
from models.sentiment.training.fitting import Recipe
from models.sentiment.training.workshop import Workshop

TEACHERS = (11, 12)
ALONE = ("fetch", "quantise")
"""Steps that need no public sets."""
NO_SETS = Path("no-public-sets")
_TAUGHT = Recipe(epochs=2, encoder_rate=8e-5)
_DISTILLED = Recipe(epochs=1, encoder_rate=5e-5, word_dropout=0.08)


def teach(shop: Workshop) -> None:
    """Train one teacher per seed of ``TEACHERS`` on the written posts."""
    for seed in TEACHERS:
        lessons.teach(shop, _TAUGHT._replace(seed=seed), f"teacher-{seed}")


def distil(shop: Workshop) -> None:
    """Train the student that ships on what the teachers say together."""
    lessons.distil(shop, [f"teacher-{seed}" for seed in TEACHERS], _DISTILLED._replace(seed=shop.seed))


STEPS: Mapping[str, Callable[[Workshop], None]] = {
    "fetch": workshop.fetch,
    "trim": workshop.trim,
    "adapt": lessons.adapt,
    "teach": teach,
    "distil": distil,
    "quantise": shipping.quantise,
    "evaluate": shipping.evaluate,
}


def main() -> None:
    """Run the steps named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m models.sentiment.training", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}; none: all")
    parser.add_argument("--data", type=Path, help=f"the public sets; not for {' and '.join(ALONE)}")
    parser.add_argument("--work", type=Path, default=Path("build/model"), help="where the work goes")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    if unknown := [step for step in asked.steps if step not in STEPS]:
        parser.error(f"there is no step {', '.join(unknown)}; there is: {', '.join(STEPS)}")
    needing = ", ".join(step for step in asked.steps or STEPS if step not in ALONE)
    if needing and (asked.data is None or not asked.data.is_dir()):
        where = f"{asked.data} is no folder" if asked.data else "they are no part of this project"
        parser.error(f"{needing} needs the public sets, and {where}: name their folder with --data")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(asked.threads)
    shop = Workshop(asked.data or NO_SETS, asked.work, asked.seed)
    for step in asked.steps or STEPS:
        logging.getLogger(__name__).info("step %s", step)
        STEPS[step](shop)


if __name__ == "__main__":
    main()
