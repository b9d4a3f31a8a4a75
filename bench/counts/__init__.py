"""Plain series of counts and measurements: seeded shapes, what happens in them, rivals, and scoring."""
