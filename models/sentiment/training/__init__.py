"""Makes the shipped sentiment model: ``python -m models.sentiment.training``; the daemon needs none of it."""
