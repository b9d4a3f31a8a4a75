"""The network: an encoder, the mean of its last hidden states, and one linear head per question."""

from pathlib import Path
from typing import Any

import torch
import transformers

from models.sentiment.labels import LABELS, VOICES
from models.sentiment.training.example import MORALS


class Classifier(torch.nn.Module):  # type: ignore[misc] # torch is not read by the type checker
    """Answers three questions about a text: how it feels, with what voice, whether it tells of a wrong.

    ``forward(input_ids, attention_mask)``, both int64 (batch, length), returns logits (batch, 3), (batch, 7)
    and (batch, 2).
    """

    def __init__(self, encoder: Any, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = torch.nn.Dropout(dropout)
        width = encoder.config.hidden_size
        self.sentiment = torch.nn.Linear(width, len(LABELS))
        self.voice = torch.nn.Linear(width, len(VOICES))
        self.moral = torch.nn.Linear(width, len(MORALS))

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any, Any]:
        """Return the logits of the three heads."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = self.dropout((hidden * weights).sum(1) / weights.sum(1))
        return self.sentiment(mean), self.voice(mean), self.moral(mean)


class Served(torch.nn.Module):  # type: ignore[misc] # as above
    """The two heads that ship: logits of feeling and of voice."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
        """Return the logits of feeling (batch, 3) and of voice (batch, 7)."""
        feeling, voice, _ = self.classifier(input_ids, attention_mask)
        return feeling, voice


def fresh(folder: Path) -> Classifier:
    """Return a classifier with new heads on the encoder saved in *folder*."""
    return Classifier(
        transformers.BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
    )


def save(model: Classifier, path: Path) -> None:
    """Write the weights in float32, with the encoder's configuration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"config": model.encoder.config.to_dict(), "state": model.state_dict()}, path)


def load(path: Path) -> Classifier:
    """Return a saved classifier, ready to score."""
    saved = torch.load(path, weights_only=True)
    config = transformers.BertConfig.from_dict(saved["config"], attn_implementation="eager")
    model = Classifier(transformers.BertModel(config, add_pooling_layer=False))
    model.load_state_dict(saved["state"])
    model.eval()
    return model
