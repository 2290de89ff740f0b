"""Single files and folders at places that only Spark reaches.

In: a session and addresses (``hdfs://...``, ``s3a://...``). Out: what lies there, changed as asked. Must not know what
a file means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from dedup.errors import OutputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T = TypeVar("T")


class Hadoop:
    """The file systems that a session reaches; every method raises OutputError if the place cannot be reached.

    Args:
        session: The Spark session.
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def write(self, address: str, content: bytes) -> None:
        """Write a file; one that is there is replaced."""

        def written(path: Any, system: Any) -> None:
            stream = system.create(path, True)
            stream.write(bytearray(content))
            stream.close()

        self._asked(address, written)

    def remove(self, address: str) -> None:
        """Remove a file, or a folder with all that is in it, if it is there."""
        self._asked(address, lambda path, system: system.delete(path, True))

    def names(self, address: str) -> list[str] | None:
        """What lies in a folder, sorted; a file has itself, and where nothing is there is None."""

        def listed(path: Any, system: Any) -> list[str] | None:
            if not system.exists(path):
                return None
            return sorted(one.getPath().getName() for one in system.listStatus(path))

        return self._asked(address, listed)

    def is_file(self, address: str) -> bool:
        """Whether there is a file."""
        return bool(self._asked(address, lambda path, system: system.exists(path) and not _is_folder(path, system)))

    def move(self, address: str, to: str) -> None:
        """Give a folder another name in the same file system, in one step where that has one; ``to`` must be free."""
        target = self._path(to)
        if not self._asked(address, lambda path, system: system.rename(path, target)):
            raise OutputError("cannot be renamed", where=address, got=to)

    def _path(self, address: str) -> Any:
        # NOTE: Spark has no public way to these; Hadoop's file systems are what it uses itself.
        return self._session.sparkContext._jvm.org.apache.hadoop.fs.Path(address)  # type: ignore[union-attr]  # noqa: SLF001  there is one while a session is

    def _asked(self, address: str, ask: Callable[[Any, Any], T]) -> T:
        from py4j.protocol import Py4JJavaError

        try:
            path = self._path(address)
            return ask(path, path.getFileSystem(self._session.sparkContext._jsc.hadoopConfiguration()))  # noqa: SLF001
        except Py4JJavaError as error:
            said = str(error.java_exception.toString()).splitlines()[0]
            raise OutputError(f"cannot be reached: {said}", where=address) from error


def _is_folder(path: Any, system: Any) -> bool:
    return bool(system.getFileStatus(path).isDirectory())
