"""Where settings come from and how they are shown.

In: a YAML file, ``key=value`` overrides. Out: a checked ``Config``, and the texts made from one: commented YAML, the
JSON schema, a hash. Must not know what any setting is good for.
"""

from dedup.settings.describing import config_hash, config_json_schema, config_yaml
from dedup.settings.loading import DEFAULT_FILE, load_config
from dedup.settings.suggesting import nearest

__all__ = ["DEFAULT_FILE", "config_hash", "config_json_schema", "config_yaml", "load_config", "nearest"]
