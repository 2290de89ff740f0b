"""Pair in, verdict out: candidates, sentence alignment, evidence, confidence. Knows nothing of stories."""
