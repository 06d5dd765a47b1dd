"""Write the answers of golden logs anew: `python -m tests.formats.record FORMAT[/CASE] …`; then read the diff."""

import sys
from pathlib import Path

from bot.formats import find_failures

GOLDEN = Path(__file__).parents[1] / "golden/formats"


def job_failed(case: Path) -> bool:
    """Whether a golden log is that of a failed job: `failed_…`, and all that nothing recognises."""
    return case.parent.name == "tail" or case.stem.startswith("failed_")


def main(names: list[str]) -> None:
    """Record the cases named, and print what is found in them."""
    for name in names:
        pattern = f"{name}.log" if "/" in name else f"{name}/*.log"
        for case in sorted(GOLDEN.glob(pattern)):
            found = find_failures(case.read_bytes(), failed=job_failed(case))
            case.with_suffix(".jsonl").write_text("".join(f"{each.to_line()}\n" for each in found))
            sys.stdout.write(f"{case.parent.name}/{case.stem}: {len(found)}\n")
            for each in found:
                place = f"{each.file}:{each.line}:{each.column}"
                words = (
                    f"  {each.type} {each.tool} {each.rule} {place} {each.test} | {each.message}"
                )
                sys.stdout.write(f"{words[:300]}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
