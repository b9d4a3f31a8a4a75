"""From a flare-up to a human being."""
