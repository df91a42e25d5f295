"""YAML files that people write: read with line and column, checked, and answered in words.

marked       text → values that know their place
yaml_errors  broken YAML in words
shapes       dataclasses → pydantic models
wording      what pydantic found wrong, in words, at its place
files        a file of the disk → its text, or the problem with it
"""
