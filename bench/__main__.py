"""Run the benchmarks: all that need no weights, or those that are named.

./afterimage bench [pipeline dispatch scheduling feed finishing diorama sound prompt_rules]
"""

from __future__ import annotations

import subprocess
import sys

# In the order of the day's question: how long does a clip take, and where does the time go?
BENCHES = (
    "pipeline",
    "dispatch",
    "scheduling",
    "feed",
    "finishing",
    "diorama",
    "sound",
    "prompt_rules",
)


def main(names: list[str]) -> int:
    """Run each in a process of its own, so that none warms another up; return the worst exit
    code.
    """
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
        return 2
    worst = 0
    for name in names or BENCHES:
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
