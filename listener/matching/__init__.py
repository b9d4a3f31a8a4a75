"""From a text to the reasons why it concerns a brand."""
