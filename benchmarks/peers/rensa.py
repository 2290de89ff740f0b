"""rensa: R-MinHash and its LSH table, pairs verified on the sketch.

In: texts. Out: clusters. Must not know the other tools. Its faster rho sketch samples token positions and flags rows,
it does not pair them; it is another task and left out.
"""

from __future__ import annotations

from rensa import RMinHash, RMinHashLSH

from benchmarks.peers import script


def clusters(texts: list[str], _task: script.Task) -> list[int]:
    """Sketch in one call, then ask the table for all candidates at once."""
    setting = script.EQUAL
    sketches = RMinHash.from_token_sets(map(script.shingles, texts), setting.permutations, setting.seed)
    table = RMinHashLSH(setting.threshold, setting.permutations, setting.bands)
    table.insert_many(sketches)
    groups = script.Groups(len(texts))
    for row, others in enumerate(table.query_all(sketches)):
        for other in others:
            if other > row and sketches[row].jaccard(sketches[other]) >= setting.threshold:
                groups.join(row, other)
    return groups.firsts()


if __name__ == "__main__":
    script.run(clusters)
