"""The picture beside a page: what came, how much of it was unhappy, what is usual, and what happened when."""
