"""What replicas share is tried on PostgreSQL."""

from tests.databases import postgresql

__all__ = ["postgresql"]
