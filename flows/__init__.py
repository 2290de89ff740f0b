"""Prefect on the top floor: each stage of ``dedup.pipeline`` as a task run. Nothing here computes.

Importing the package sets, before Prefect is imported and only where the environment says nothing else, that no usage
data leaves the machine, that a local database is given time to be built, and that the library's own log lines reach
the run's log.
"""

import os

# NOTE: Prefect reads these once, on import, so they cannot wait for a function of ours. A server started elsewhere has
# its own environment and keeps its own settings.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "dedup")
# Without a server Prefect starts a temporary one; 20 seconds, its default, were not enough on a loaded machine.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
