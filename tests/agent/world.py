"""What tests of an attempt share: a small repository, a task, and ports around them."""

import json
from typing import Any, cast

from bot.agent import loop
from bot.agent.task import Task, Tried
from bot.core.failure import Failure, FailureType
from bot.core.ids import CaseId, PrNumber
from bot.core.repo_config import CheckConfig
from bot.core.spend import Caps
from bot.lab.model import say, think, use
from bot.ports import Clock, Model, Operator, Ports, Store
from tests.fakes.box import MemoryBox
from tests.fakes.clock import FakeClock
from tests.fakes.store import Ledger

WRONG = "def add(a, b):\n    return a - b\n"
RIGHT = "def add(a, b):\n    return a + b\n"
NARROW = "pytest -q tests/test_add.py::test_add"
TEXT = "Repository: acme/rocket\nPull request: #7\nAttempt: 1 of 3\n\ntests/test_add.py failed"
CAPS = Caps(pr=5.0, day=50.0, month=1000.0)
MODEL = "claude-sonnet-5-5"
EDITOR = "str_replace_based_edit_tool"
FIX = use(EDITOR, command="str_replace", path="add.py", old_str="a - b", new_str="a + b")
DONE = use(
    "report",
    status="SUCCESSFUL FIX",
    root_cause="the sign was wrong",
    summary="Add instead of subtracting",
    files=["add.py"],
    risk="none",
)
HAPPY = [
    [think("Look first."), say("I look."), use("bash", command="cat add.py")],
    [think("A wrong sign."), FIX],
    [use("run_check", name="unit", narrow=True), use("run_check", name="unit", narrow=False)],
    [DONE],
]


def box() -> MemoryBox:
    """A repository whose one check is red until add.py is right."""

    def check(inside: MemoryBox) -> tuple[int, str]:
        good = inside.files["add.py"].decode() == RIGHT
        return (0, "1 passed\n") if good else (1, "1 failed\n")

    files = {"add.py": WRONG, "tests/test_add.py": "def test_add():\n    assert add(1, 2) == 3\n"}
    return MemoryBox(files, {"pytest -q": check, NARROW: check, "cat add.py": _cat})


def _cat(inside: MemoryBox) -> tuple[int, str]:
    return 0, inside.files["add.py"].decode()


def task(**changes: Any) -> Task:
    """The attempt at it."""
    failure = Failure(
        type=FailureType.TEST, message="assert -1 == 3", test="tests/test_add.py::test_add"
    )
    given: dict[str, Any] = {
        "case": CaseId("case-1"),
        "repo": "acme/rocket",
        "pr": PrNumber(7),
        "number": 1,
        "model": MODEL,
        "system": "You fix things.",
        "text": TEXT,
        "caps": CAPS,
        "deadline_s": 900.0,
        "checks": (CheckConfig(name="unit", run="pytest -q", only="pytest -q {tests}"),),
        "failures": (failure,),
        **changes,
    }
    return Task(**given)


class World:
    """A box, a ledger and a clock around one model."""

    def __init__(self, model: Model) -> None:
        self.box = box()
        self.ledger = Ledger()
        self.clock = FakeClock()
        absent = cast("Any", None)  # an attempt must not touch the other doors
        self.ports = Ports(
            forge=absent,
            git=absent,
            model=model,
            sandbox=absent,
            store=cast("Store", self.ledger),
            clock=cast("Clock", self.clock),
            operator=Operator(models=(MODEL,)),
        )

    async def attempt(self, **changes: Any) -> Tried:
        """Run it."""
        return await loop.attempt(task(**changes), self.box, self.ports)


def lines(tried: Tried) -> list[dict[str, Any]]:
    """The transcript, read back."""
    return [json.loads(line) for line in tried.transcript.splitlines()]
