"""No source file is longer than a person reads in one go: `python -m tests.sizes`."""

import subprocess
import sys
from pathlib import Path

LIMIT = 400
ENDINGS = (".py", ".ts", ".tsx", ".mjs", ".css")
GENERATED = ("schema.d.ts",)


def too_long(root: Path) -> list[str]:
    """`path: lines` of each file over the limit, of those that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = []
    for path in sorted({root / name for name in listed}):
        if path.suffix in ENDINGS and path.name not in GENERATED and path.exists():
            lines = len(path.read_text().splitlines())
            if lines > LIMIT:
                found.append(f"{path.relative_to(root)}: {lines} lines")
    return found


if __name__ == "__main__":
    offenders = too_long(Path(__file__).parents[1])
    sys.stderr.write("".join(f"{line}, at most {LIMIT}\n" for line in offenders))
    sys.exit(bool(offenders))
