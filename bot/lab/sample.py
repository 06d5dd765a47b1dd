"""The small repository that scenarios start from: real code, real tests, real history.

A pull request runs the quick tests and the syntax part of lint; the merge queue runs everything,
as many real repositories do it. So a pull request can be green and fail in the queue all the same.
"""

from textwrap import dedent


def text(source: str) -> str:
    """An indented literal as a file's content."""
    return dedent(source).lstrip("\n")


PYPROJECT = text(
    """
    [project]
    name = "rocket"
    version = "1.0.0"
    requires-python = ">=3.11"

    [tool.pytest.ini_options]
    testpaths = ["tests"]
    pythonpath = ["."]
    addopts = "-p no:cacheprovider --disable-plugin-autoload"
    markers = ["queue: runs in the merge queue only"]

    [tool.coverage.run]
    source = ["rocket"]

    [tool.ruff.lint]
    select = ["E", "F", "I"]
    """
)

CONFIG = text(
    """
    mode = "requeue"

    [checks.unit]
    run = "python -m pytest -q"
    only = "python -m pytest -q {tests}"
    covers = true

    [checks.lint]
    run = "ruff check --no-cache ."
    only = "ruff check --no-cache {files}"

    [limits]
    attempts = 3
    usd_per_pr = 5.0
    """
)

ON_PULL_REQUEST = text(
    """
    name: quick
    on:
      pull_request:
    jobs:
      unit:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - name: Quick tests
            run: python -m pytest -q -m "not queue"
      lint:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - name: Syntax
            run: ruff check --no-cache --select E9 .
    """
)

ON_MERGE_GROUP = text(
    """
    name: full
    on:
      merge_group:
    jobs:
      unit:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - name: All tests
            run: python -m pytest -q
      lint:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - name: Lint
            run: ruff check --no-cache .
    """
)

CART = text(
    '''
    """Prices of a shopping cart, in cents."""


    def total(prices):
        """The sum of all prices."""
        return sum(prices)


    def cheapest(prices):
        """The lowest price; 0 for an empty cart."""
        return min(prices, default=0)
    '''
)

CART_TEST = text(
    """
    from rocket.cart import cheapest, total


    def test_total():
        assert total([100, 250]) == 350


    def test_total_of_an_empty_cart():
        assert total([]) == 0


    def test_cheapest():
        assert cheapest([300, 120, 500]) == 120
        assert cheapest([]) == 0
    """
)

REQUIRED = ("unit", "lint")


def files(**more: str) -> dict[str, str]:
    """The repository's first commit; keywords are added, with `__` for "/" and `_py` for ".py"."""
    named = {name.replace("__", "/").replace("_py", ".py"): body for name, body in more.items()}
    return {
        ".gitignore": "__pycache__/\n.coverage\n",
        ".selfheal.toml": CONFIG,
        ".github/workflows/queue.yml": ON_MERGE_GROUP,
        ".github/workflows/quick.yml": ON_PULL_REQUEST,
        "CLAUDE.md": "Prices are whole cents. Keep functions small and tested.\n",
        "pyproject.toml": PYPROJECT,
        "rocket/__init__.py": '"""A small shop."""\n',
        "rocket/cart.py": CART,
        "tests/test_cart.py": CART_TEST,
        **named,
    }
