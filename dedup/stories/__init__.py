"""Edges in, stories out: clusters, canonical article, framing diff, facts ledger."""
