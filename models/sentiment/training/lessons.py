"""Steps `adapt`, `teach` and `distil`: public sets, then the written posts, then one student of several."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.sentiment.training import classifier, corpus, mixture
from models.sentiment.training.evaluation import accuracy, figure, predicted
from models.sentiment.training.example import UNKNOWN, Example, counts, shuffled
from models.sentiment.training.fitting import Recipe, fit, predict
from models.sentiment.training.workshop import Workshop

LOG = logging.getLogger(__name__)
HELD_OUT = 12
"""One written row in twelve helps to choose, and teaches nothing."""
_PUBLIC_AGAIN = 0.15
"""The share of the public mixture that is repeated beside the written posts, lest it be forgotten."""
_PUBLIC_FOR_STUDENT = 0.2
_BY_LABEL = 0.7
"""How much of a student's target is the label; the rest is its teachers' opinion (Hinton et al. 2015)."""


def adapt(shop: Workshop) -> None:
    """Train on the public mixture."""
    examples = list(mixture.public(shop.data, shop.seed))
    LOG.info("negative, neutral, positive, unlabelled per set: %s", counts(examples))
    model = fit(classifier.fresh(shop.work / "trimmed"), shop.tokenizer, examples, Recipe(seed=shop.seed))
    classifier.save(model, shop.work / "adapted.pt")


def written(shop: Workshop) -> tuple[list[Example], list[Example]]:
    """Return the written posts to learn from and those held out; none is near a row of the test part.

    The digest of a text decides, so that a row stays on its side when the corpus grows.
    """
    test = list(corpus.examples(corpus.rows(corpus.TEST)))
    rows = shuffled(corpus.clean(list(corpus.examples(corpus.rows(corpus.TRAINING))), test), shop.seed)
    out = [int(mixture.digest_of(one.text), 16) % HELD_OUT == 0 for one in rows]
    train = [one for one, held in zip(rows, out, strict=True) if not held]
    return train, [one for one, held in zip(rows, out, strict=True) if held]


def teach(shop: Workshop, recipe: Recipe, name: str) -> None:
    """Train the adapted model on written posts, texts labelled by hand, and a part of the public mixture."""
    train, held = written(shop)
    examples = [*train, *mixture.hand_labelled(shop.data)]
    examples += mixture.public(shop.data, recipe.seed, _PUBLIC_AGAIN)
    _fit(shop, classifier.load(shop.work / "adapted.pt"), examples, held, recipe, name)


def distil(shop: Workshop, teachers: Sequence[str], recipe: Recipe, unlabelled: int = 5000) -> None:
    """Train one student on what the *teachers* say together, of *unlabelled* texts as well.

    It begins with the mean of their weights (Wortsman et al. 2022), which have one origin.
    """
    train, held = written(shop)
    taught = [*train, *mixture.hand_labelled(shop.data)]
    taught += mixture.unlabelled(shop.data, shop.seed, unlabelled)
    said = _opinion(shop, teachers, [one.text for one in taught])
    examples = [_taught(one, row) for one, row in zip(taught, said, strict=True)]
    examples += mixture.public(shop.data, recipe.seed, _PUBLIC_FOR_STUDENT)
    _fit(shop, _mean([shop.work / f"{one}.pt" for one in teachers]), examples, held, recipe, "student")


def _mean(paths: Sequence[Path]) -> Any:
    models = [classifier.load(path) for path in paths]
    states = [model.state_dict() for model in models]
    models[0].load_state_dict({name: sum(one[name] for one in states) / len(states) for name in states[0]})
    return models[0]


def _fit(
    shop: Workshop,
    model: Any,
    examples: Sequence[Example],
    held: Sequence[Example],
    recipe: Recipe,
    name: str,
) -> None:
    fitted = fit(model, shop.tokenizer, examples, recipe)
    classifier.save(fitted, shop.work / f"{name}.pt")
    LOG.info("%s on held-out rows: %s", name, _scores(shop, fitted, held))


def _opinion(shop: Workshop, teachers: Sequence[str], texts: Sequence[str]) -> Any:
    """Return the mean of the teachers' probabilities, (texts, 3)."""
    said = []
    for name in teachers:
        feeling, _ = predict(classifier.load(shop.work / f"{name}.pt"), shop.tokenizer, texts)
        said.append(torch.softmax(torch.from_numpy(feeling), -1).numpy())
    return np.mean(said, axis=0)


def _taught(one: Example, opinion: Any) -> Example:
    """Mix the teachers' opinion with the label, where there is one."""
    if one.label == UNKNOWN:
        return one._replace(soft=tuple(map(float, opinion)))
    mixed = tuple(
        (1 - _BY_LABEL) * float(value) + _BY_LABEL * (index == one.label)
        for index, value in enumerate(opinion)
    )
    return one._replace(soft=mixed, label=UNKNOWN)


def _scores(shop: Workshop, model: Any, held: Sequence[Example]) -> str:
    feeling, voice = predict(model, shop.tokenizer, [one.text for one in held])
    said = predicted(feeling)
    parts = []
    for lang in sorted({one.lang for one in held}):
        rows = [at for at, one in enumerate(held) if one.lang == lang]
        parts.append(f"{lang} {figure([held[at].label for at in rows], [int(said[at]) for at in rows])}")
    heard = accuracy(np.array([one.voice for one in held]), predicted(voice))
    return f"macro-F1 {', '.join(parts)}; voice right {heard:.3f}"
