"""What was freed goes back to the system, also after something large was freed once."""

import subprocess
import sys

import pytest

STORY = """
import sys
from bot.heap import give_back_large_blocks

def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * 4096

if sys.argv[1:]:
    give_back_large_blocks()
once = bytearray(30_000_000)
del once
before = resident()
blocks = [bytearray(200_000) for _ in range(100)]
assert resident() - before > 19_000_000
blocks.clear()
print(resident() - before)
"""


@pytest.mark.parametrize("told", [["told"], []])
def test_large_blocks_go_back_if_the_allocator_was_told(told: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STORY, *told], capture_output=True, text=True, check=True
    )
    assert (int(ran.stdout) > 10_000_000) == (told == [])
