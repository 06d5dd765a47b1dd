"""Judge with no code but our own: not what lies in the folder, nor what the environment names.

`python -m guards` looks for modules in the current folder first, and PYTHONPATH names more: a
`json.py` in the checkout that is judged would run. `python -P -I -m guards`, from elsewhere, does
neither; this starts it when it should have been.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def isolate(arguments: Sequence[str]) -> None:
    """Become `python -P -I -m guards ARGUMENTS` when this process looks for modules elsewhere.

    Not when our own code comes from there: it could not be found again.
    """
    if sys.flags.isolated:
        return
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    foreign = {Path(entry).resolve() for entry in named if entry}
    if not sys.flags.safe_path and sys.path[:1] in ([str(Path.cwd())], [""]):
        foreign.add(Path.cwd())
    own = Path(__file__).resolve().parents[1]
    if foreign and own not in foreign:
        command = [sys.executable, "-P", "-I", "-m", "guards", *arguments]
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, without a shell
