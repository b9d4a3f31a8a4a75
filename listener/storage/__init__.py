"""Storage: SQLite on one writer's thread, an aggregate per module, named SQL beside them."""
