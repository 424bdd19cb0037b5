"""What browsers load: HTTP routes, the context of each page, the texts in each language."""
