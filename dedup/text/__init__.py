"""String in, string out: what an article's characters, words, sentences and claims are. Knows nothing of other articles."""
