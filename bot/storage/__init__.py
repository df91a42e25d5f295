"""Where the record is kept: SQL on SQLite and PostgreSQL, written once and synchronously."""
