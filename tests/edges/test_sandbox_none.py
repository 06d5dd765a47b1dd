"""The sandbox of a machine that has none."""

import pytest

from bot.core.errors import NoSandboxError
from bot.core.ids import Sha
from bot.edges.sandbox_none import NoSandbox


async def test_no_box_is_opened_and_the_remedy_is_named() -> None:
    sandbox = NoSandbox()

    assert sandbox.name == "none"
    with pytest.raises(NoSandboxError, match="install bubblewrap"):
        async with sandbox.open("octo/sample", Sha("1" * 40)):
            pass
