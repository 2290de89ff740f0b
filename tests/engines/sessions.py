"""Whether Spark can run here."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pytest

FOR_FEW_ROWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "2",
    }
)
"""Of some hundred rows, plans made anew by what is found, and code made for every plan, cost more than they save."""


def needs_spark() -> None:
    """Skip the test where PySpark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs PySpark: install the extra 'spark'")
    if shutil.which("java") is None:
        pytest.skip("needs a Java runtime, 17 or newer")
