"""How frames move through memory and threads. Knows nothing of news."""
