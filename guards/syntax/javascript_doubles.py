"""What stands in for real code in JavaScript's tests."""

import re

from guards.facts import Call
from guards.words.javascript import STUBBERS, STUBS


def double(call: Call) -> str | None:
    """What jest, vitest, sinon, node:test, proxyquire, nock or cypress replaces."""
    if call.inner:
        return None
    before = ""
    for index, (name, arguments) in enumerate(call.links[:20]):
        if name in STUBS and arguments is not None and (index or name in STUBBERS):
            if re.match(r"mock[A-Z]", name):
                return before or None if name != "mockModule" else arguments[0]
            if index and call.links[0][0] not in STUBBERS:
                return None
            return ".".join(arguments[: 2 if _takes_method(name, arguments) else 1]) or None
        before = f"{before}.{name}" if before else name
    return None


def _takes_method(name: str, arguments: tuple[str, ...]) -> bool:
    of_object = name in {"spyOn", "stub", "replace", "spyOnProperty", "replaceProperty", "method"}
    return (of_object or name in {"getter", "setter"}) and len(arguments) > 1
