"""YAML files that people write: read with line and column, checked, and answered in words.

loader       the one place where we read more YAML than PyYAML does
marked       text → values that know their place
yaml_errors  broken YAML in words
shapes       dataclasses → pydantic models
wording      what pydantic found wrong, in words, at its place
files        a file of the disk → its text, or the problem with it
"""
