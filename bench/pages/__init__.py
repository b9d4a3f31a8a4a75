"""Pages as a phone shows them."""
