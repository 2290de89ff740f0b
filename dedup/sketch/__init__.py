"""Article in, numbers out: shingles, salience, MinHash signatures and LSH bands. Knows nothing of pairs."""
