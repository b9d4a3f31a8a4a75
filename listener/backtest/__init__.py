"""What a change of lists or settings would have matched, and how often it would have paged."""
