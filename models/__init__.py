"""The types everyone speaks, and the judges: sentiment and volume."""
