"""Debian's Chromium, which the tests and the benchmarks drive."""

from pathlib import Path

# The shell without a window opens a page in a third of the time.
CHROMIUMS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM = next(filter(Path.exists, CHROMIUMS), None)
# As root it wants no sandbox. An article of another site (test_embeds.py) may frame what this machine serves.
LAUNCH = {
    "executable_path": str(CHROMIUM),
    "args": ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"],
}
