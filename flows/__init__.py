"""Prefect on the top floor: each stage of ``dedup.pipeline`` as a task run. Nothing here computes."""
