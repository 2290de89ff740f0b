"""String in, string out: an article's characters, words, sentences and claims. Knows nothing of other articles."""
