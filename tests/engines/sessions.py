"""Whether Spark can run here, how it does so quickly, and a file system that only Hadoop knows."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from dedup.engines.spark import Spark

FOR_FEW_ROWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "2",
    }
)
"""Of some hundred rows, plans made anew by what is found, and code made for every plan, cost more than they save."""


def mounted(spark: Spark, folder: Path, name: str) -> str:
    """A folder under a name that only Hadoop knows.

    Args:
        spark: The session.
        folder: It is there.
        name: Of a table of mounts; one that no other test has, since Hadoop keeps file systems by their names.

    Returns:
        Its address, one floor below the root, beside which nothing can be made.
    """
    context = spark.session.sparkContext
    context._jsc.hadoopConfiguration().set(f"fs.viewfs.mounttable.{name}.link./data", folder.as_uri())
    return f"viewfs://{name}/data"


def needs_spark() -> None:
    """Skip the test where PySpark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs PySpark: install the extra 'spark'")
    if shutil.which("java") is None:
        pytest.skip("needs a Java runtime, 17 or newer")
