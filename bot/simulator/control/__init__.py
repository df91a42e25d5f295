"""The simulator's control interface over HTTP: the record, the people, faults and settings."""
