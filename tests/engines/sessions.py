"""Whether Spark can run here."""

from __future__ import annotations

import importlib.util
import shutil

import pytest


def needs_spark() -> None:
    """Skip the test where PySpark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs PySpark: install the extra 'spark'")
    if shutil.which("java") is None:
        pytest.skip("needs a Java runtime, 17 or newer")
