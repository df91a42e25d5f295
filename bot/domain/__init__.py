"""The rules of incident response: pure, synchronous, and made of the standard library alone."""
