"""Words by which test frameworks tell that a test failed, for runners that only start programs.

CTest, Meson and Bazel list a failing program; where the program's own output stands in the log too,
it says more, and the entry of the runner only repeats it.
"""

FAILED = (
    "[  FAILED  ]",
    ": Failure",
    ": FAILED:",
    "Sanitizer: ",
    ": runtime error: ",
    ' error: in "',
    " is NOT correct!",
    "Assertion ",
    "terminate called",
    "--- FAIL: ",
    "= FAILURES =",
    "FAILED (failures=",
    "FAILED (errors=",
)


def tells(text: str) -> bool:
    """Whether a line tells that a test failed."""
    return any(word in text for word in FAILED)
