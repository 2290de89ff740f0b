"""Put a new history in the place of an old one, in one step.

In: the folder of a store. Out: the name of a file to fill; it becomes the history when the block ends well. Must not
know what is written into it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dedup.errors import OutputError
from dedup.store.files import legal_text
from dedup.store.folders import sync
from dedup.store.history.database import FILE, database


@contextmanager
def replacing(store: Path) -> Iterator[str]:
    """A new file for the history in ``store``; killed at any moment, the folder holds the old one or the new one.

    Args:
        store: Folder of the store, which this process must hold (see ``locks.store_lock``).

    Raises:
        OutputError: There is no history, or the new one cannot be put in its place.
    """
    name = f"{FILE}.new-{os.getpid()}"
    for left in store.glob(f"{FILE}.new-*"):
        left.unlink()
    try:
        yield name
        # The log of the old file must be in it, or it would be read as the new one's.
        for file in (FILE, name):
            with database(store, write=True, file=file) as history:
                history.run("CHECKPOINT")
        sync(store / name)
        (store / name).replace(store / FILE)
        sync(store)
    except OSError as error:
        raise OutputError(
            f"cannot be replaced: {error.strerror or error}",
            where=legal_text(str(store)),
            hint="The history is as it was.",
        ) from error
    finally:
        for left in store.glob(f"{name}*"):
            left.unlink(missing_ok=True)
