"""Scripts of what people do, in YAML: read with care, and played by the people of a workspace."""
