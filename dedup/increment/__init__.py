"""A batch against its history: what is new, what is held against what, what becomes of which story.

Pure: frames in, frames out; the disk is ``dedup.store.history``'s, the order ``dedup.pipeline``'s. ``batches`` is about
the articles of a batch, ``groups`` about those that accepted pairs connect them with.
"""
