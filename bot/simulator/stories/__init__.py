"""Stories: YAML scripts of what people do, validated and played in a workspace."""
