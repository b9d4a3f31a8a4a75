"""What judging a post is worth and what it costs: the shipped model beside floors and rivals."""
