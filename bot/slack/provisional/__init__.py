"""Declaring while the database is away: a room at once, the record when it is back.

opening    makes the room by direct calls, calls people, pins what has to be recorded
pinned     what stands in the metadata of that message, and finding it again
adopting   makes an incident of such a room, once, whoever finds it
sweeping   finds these rooms and has each adopted
known      which rooms these are, as far as this process knows
insisting  trying again for as long as a person would wait
"""
