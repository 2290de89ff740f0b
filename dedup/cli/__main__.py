"""``python -m dedup.cli``, for where the ``dedup`` script is not on the path.

In: arguments. Out: as ``dedup``. Must not know more than that.
"""

from dedup.cli import main

if __name__ == "__main__":
    main()
