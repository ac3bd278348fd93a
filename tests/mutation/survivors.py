"""Say which mutants survive, and fail where docs/mutants.md gives no reason for one.

`python -m tests.mutation.survivors docs/mutants.md [PATTERN…]`, in the folder where mutmut ran.
A mutant is known by its function and its changed lines, not by mutmut's number, which moves with
every edit.
"""

import re
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

Known = tuple[str, tuple[str, ...]]

# Everything else (survived, no tests, timeout, suspicious …) has to be explained.
KILLED = {"killed", "caught by type check"}


def reasons(page: str) -> set[Known]:
    """The mutants for which the page gives a reason: a heading `### function` and a diff each."""
    found: set[Known] = set()
    for section in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        function = section.split()[0].strip("`")
        for diff in re.findall(r"^```diff\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
            found.add((function, changed(diff)))
    return found


def changed(diff: str) -> tuple[str, ...]:
    """The changed lines of a diff, without its head and the depth of the lines."""
    return tuple(
        line[0] + " " + line[1:].strip()
        for line in diff.splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and line[1:].strip()
    )


def main(page: Path, patterns: list[str]) -> int:
    """Print a line for each module, and what survives without a reason; return 1 if anything does."""
    explained = reasons(page.read_text(encoding="utf-8"))
    unexplained = 0
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        counts: Counter[str] = Counter()
        shown: list[str] = []
        for name, code in data.exit_code_by_key.items():
            if patterns and not any(fnmatch(name, pattern) for pattern in patterns):
                continue
            status = status_by_exit_code[code]
            if status in KILLED:
                counts["killed"] += 1
                continue
            function, cls = orig_function_and_class_names_from_key(name)
            where = ".".join(part for part in (path.stem, cls, function) if part)
            lines = changed(get_diff_for_mutant(name, path=path))
            if (where, lines) in explained:
                counts["explained"] += 1
            else:
                counts[status] += 1
                shown += [f"### `{where}`  ({status})", "", "```diff", *lines, "```", ""]
                unexplained += 1
        if counts:
            said = ", ".join(f"{number} {status}" for status, number in counts.items())
            sys.stdout.write("\n".join([*shown, f"{path.stem}: {counts.total()} = {said}", ""]))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
