"""Settings in scripts are read by their keys, and hostile text ends in an error at worst."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from guards.errors import UnparsableError
from guards.script_settings import script_entries

CONFIG = b"""
import { configDefaults, defineConfig } from "vitest/config";
// exclude: ["not this"]
export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, 'a.test.ts'],
    retry: process.env.CI ? 2 : 0,
    "match": /x[/]y/,
    coverage: { thresholds: { lines: 80, }, },
  },
});
"""


def test_keys_and_values_are_found() -> None:
    assert tuple(entry for entry in script_entries(CONFIG) if entry[0]) == (
        ("test.exclude", "configDefaults.exclude"),
        ("test.exclude", "a.test.ts"),
        ("test.retry", "process.env.CI"),
        ("test.retry", "2"),
        ("test.retry", "0"),
        ("test.match", "/x[/]y/"),
        ("test.coverage.thresholds.lines", "80"),
    )


def test_assignments_name_what_follows() -> None:
    text = b"module.exports = { a: 1 }; config.test.bail = 2; const shared = { b: [true] };"

    assert dict(script_entries(text)) == {"a": "1", "config.test.bail": "2", "shared.b": "true"}


@given(st.text(alphabet="{}[]()/\"'`\\*:,=;?.ab1 \n", max_size=100))
def test_no_text_does_more_than_fail(text: str) -> None:
    with contextlib.suppress(UnparsableError):
        script_entries(text.encode())
