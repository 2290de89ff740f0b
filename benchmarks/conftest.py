"""Which modules here pytest leaves alone: the scripts of tools, which import what need not be installed.

In: nothing. Out: a list that pytest reads. Must not know more than the field.
"""

from benchmarks.field import FIELD

collect_ignore = [f"peers/{tool.script}.py" for tool in FIELD.values() if tool.script]
