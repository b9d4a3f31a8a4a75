"""One-tap links: how they are made, what they may do, and what they answer."""
