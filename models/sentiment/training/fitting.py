"""The training itself: AdamW over length-sorted batches, several heads, an average of the weights."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from models.sentiment.gist import reading
from models.sentiment.logits import cut
from models.sentiment.training.classifier import Classifier
from models.sentiment.training.example import UNKNOWN, Example

LOG = logging.getLogger(__name__)


class Recipe(NamedTuple):
    """How to train: passes over the data, rows a batch, step sizes of encoder and heads, and the rest."""

    epochs: int = 1
    batch: int = 32
    length: int = 64
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    decay: float = 0.01
    smoothing: float = 0.05
    voice_weight: float = 0.4
    moral_weight: float = 0.3
    word_dropout: float = 0.05
    average: float = 0.998
    seed: int = 7


class Batch(NamedTuple):
    """Token ids and mask (rows, length), and what is known of each row (rows,)."""

    ids: Any
    mask: Any
    label: Any
    voice: Any
    moral: Any
    polar: Any
    weight: Any
    soft: Any


def fit(model: Classifier, tokenizer: Any, examples: Sequence[Example], recipe: Recipe) -> Classifier:
    """Train *model* on *examples* and return it with the running average of its weights."""
    torch.manual_seed(recipe.seed)
    chance = np.random.default_rng(recipe.seed)
    encoded = _encoded(tokenizer, [one.text for one in examples], recipe.length)
    total = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    optimiser = _optimiser(model, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, total, recipe.warm_up))
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    model.train()
    began, losses = time.perf_counter(), []
    batches = (batch for _ in range(recipe.epochs) for batch in _batches(examples, encoded, recipe, chance))
    for step, batch in enumerate(batches, 1):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            outputs = model(batch.ids, batch.mask)
        loss = _loss([one.float() for one in outputs], batch, recipe)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        _follow(average, model, min(recipe.average, step / (step + 9)))
        losses.append(float(loss.detach()))
        if step % 50 == 0:
            LOG.info(
                "step %d of %d: loss %.3f, %.0f s",
                step,
                total,
                np.mean(losses[-50:]),
                time.perf_counter() - began,
            )
    model.load_state_dict(average)
    model.eval()
    return model


def _encoded(tokenizer: Any, texts: Sequence[str], length: int) -> list[list[int]]:
    return [cut(one.ids, length) for one in tokenizer.encode_batch([reading(text) for text in texts])]


def _optimiser(model: Classifier, recipe: Recipe) -> Any:
    encoder = [(name, one) for name, one in model.named_parameters() if name.startswith("encoder.")]
    heads = [one for name, one in model.named_parameters() if not name.startswith("encoder.")]
    plain = [one for name, one in encoder if one.ndim == 1]
    matrices = [one for name, one in encoder if one.ndim > 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "lr": recipe.encoder_rate, "weight_decay": recipe.decay},
            {"params": plain, "lr": recipe.encoder_rate, "weight_decay": 0.0},
            {"params": heads, "lr": recipe.head_rate, "weight_decay": recipe.decay},
        ]
    )


def _rate(step: int, total: int, warm_up: float) -> float:
    first = max(1, int(total * warm_up))
    if step < first:
        return step / first
    return max(0.02, 0.5 * (1 + math.cos(math.pi * (step - first) / max(1, total - first))))


def _follow(average: dict[str, Any], model: Classifier, keep: float) -> None:
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, 1 - keep)


def _loss(outputs: Sequence[Any], batch: Batch, recipe: Recipe) -> Any:
    feeling, voice, moral = outputs
    # a set without a neutral class says nothing about it: leave it out of the comparison
    feeling = feeling.masked_fill(batch.polar[:, None] & torch.tensor([False, True, False]), -30.0)
    hard = torch.nn.functional.cross_entropy(
        feeling, batch.label, ignore_index=UNKNOWN, label_smoothing=0.0, reduction="none"
    )
    spread = -torch.log_softmax(feeling, -1).clamp(min=-12).mean(-1)
    known = (batch.label != UNKNOWN).float()
    smooth = known * (~batch.polar).float() * recipe.smoothing
    taught = -(batch.soft * torch.log_softmax(feeling, -1)).sum(-1)
    rows = hard * (1 - smooth) + spread * smooth + taught
    loss = (rows * batch.weight).sum() / max(1.0, float(batch.weight.sum()))
    for logits, target, weight in (
        (voice, batch.voice, recipe.voice_weight),
        (moral, batch.moral, recipe.moral_weight),
    ):
        if bool((target != UNKNOWN).any()):
            share = float((target != UNKNOWN).float().mean())
            loss = loss + weight * share * torch.nn.functional.cross_entropy(
                logits, target, ignore_index=UNKNOWN
            )
    return loss


def _batches(
    examples: Sequence[Example], encoded: Sequence[list[int]], recipe: Recipe, chance: np.random.Generator
) -> Iterator[Batch]:
    """Yield batches of similar length in a random order; padding goes to multiples of 16."""
    order = chance.permutation(len(examples))
    chunk = recipe.batch * 40
    batches = []
    for at in range(0, len(order), chunk):
        near = sorted(order[at : at + chunk], key=lambda index: len(encoded[index]))
        batches += [near[first : first + recipe.batch] for first in range(0, len(near), recipe.batch)]
    for place in chance.permutation(len(batches)):
        chosen = batches[place]
        yield _batch(
            [examples[index] for index in chosen], [encoded[index] for index in chosen], recipe, chance
        )


def _batch(
    rows: Sequence[Example], encoded: Sequence[list[int]], recipe: Recipe, chance: np.random.Generator
) -> Batch:
    longest = -(-max(len(ids) for ids in encoded) // 16) * 16
    ids = np.full((len(rows), longest), 1)
    mask = np.zeros_like(ids)
    for at, pieces in enumerate(encoded):
        ids[at, : len(pieces)] = pieces
        mask[at, : len(pieces)] = 1
    hidden = (chance.random(ids.shape) < recipe.word_dropout) & (ids > 3)  # noqa: PLR2004 - special pieces stay
    ids[hidden] = 3
    soft = np.array([one.soft or (0.0, 0.0, 0.0) for one in rows], dtype=np.float32)
    return Batch(
        ids=torch.from_numpy(ids), mask=torch.from_numpy(mask), soft=torch.from_numpy(soft),
        label=torch.tensor([one.label for one in rows]), voice=torch.tensor([one.voice for one in rows]),
        moral=torch.tensor([one.moral for one in rows]), polar=torch.tensor([one.polar for one in rows]),
        weight=torch.tensor([one.weight for one in rows]),
    )  # fmt: skip


def predict(model: Classifier, tokenizer: Any, texts: Sequence[str], length: int = 128) -> tuple[Any, Any]:
    """Return the logits of feeling (texts, 3) and of voice (texts, 7)."""
    encoded = _encoded(tokenizer, texts, length)
    order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
    feeling, voice = [], []
    model.eval()
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        batch = _batch([Example(texts[index]) for index in chosen], [encoded[index] for index in chosen],
                       Recipe(word_dropout=0.0), np.random.default_rng(0))  # fmt: skip
        with torch.inference_mode():
            outputs = model(batch.ids, batch.mask)
        feeling.append(outputs[0])
        voice.append(outputs[1])
    back = np.argsort(order)
    return torch.cat(feeling).numpy()[back], torch.cat(voice).numpy()[back]
