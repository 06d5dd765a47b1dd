"""The shelf of languages: one file a language says what its tests, assertions and skips look like."""

import importlib
from functools import cache

from guards.code import Code
from guards.errors import UnparsableError
from guards.syntax.cases import read_code
from guards.syntax.header import Touched
from guards.syntax.language import Language

__all__ = ["NAMES", "Language", "code_of", "language_of", "load"]

# Suffix to module; modules and their grammars are loaded when a file of theirs is judged.
NAMES = {
    ".py": "python",
    ".pyi": "python",
    ".go": "go",
    ".rs": "rust",
    ".swift": "swift",
    ".java": "java",
    ".cs": "csharp",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".c": "cpp",
    ".h": "cpp",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".hpp": "cpp",
    ".hh": "cpp",
    ".hxx": "cpp",
    ".php": "php",
    ".rb": "ruby",
    ".rake": "ruby",
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), "javascript"),
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), "typescript"),
}


def language_of(path: str) -> str | None:
    """The name of the language that a path is written in; None when no module knows it."""
    name = path.rpartition("/")[2]
    return NAMES.get(f".{name.rpartition('.')[2]}") if "." in name else None


@cache
def load(name: str) -> Language:
    """The module of a language."""
    module: Language = importlib.import_module(f"guards.languages.{name}")
    return module


def code_of(path: str, source: bytes, touched: Touched | None = None) -> Code | None:
    """What a file says; None when its language is not known, or it cannot be read as such."""
    name = language_of(path)
    if name is None or b"\0" in source:
        return None
    language = load(name)
    suffix = path[path.rfind(".") :]
    grammar = language.GRAMMARS.get(suffix) or language.GRAMMARS[""]
    try:
        return read_code(source, language, grammar, touched)
    except UnparsableError:
        return None
