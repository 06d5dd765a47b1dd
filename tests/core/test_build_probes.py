from bot.core.build_probes import MAX_LINES, Probes
from bot.core.framing import Line


def hidden(*texts: str) -> list[bool]:
    probes = Probes()
    return [probes.read(Line(number, text)) for number, text in enumerate(texts, 1)]


def test_what_the_compiler_says_of_a_trial_is_hidden_until_the_trial_ends() -> None:
    assert hidden(
        "configure:12: gcc -o conftest conftest.c >&5",
        "conftest.c:3:1: error: unknown type name 'x'",
        "configure:12: $? = 1",
        "src/cart.c:3:1: error: unknown type name 'y'",
    ) == [True, True, True, False]


def test_a_trial_ends_by_itself() -> None:
    probes = Probes()
    assert probes.read(Line(1, "Change Dir: /build/CMakeFiles/CMakeTmp"))
    assert not probes.read(Line(MAX_LINES + 2, "src/cart.c:3:1: error: x"))


def test_a_command_that_only_lies_beside_trials_hides_nothing() -> None:
    assert hidden("meson --internal exe --unpickle build/meson-private/exe.dat", "x") == [
        False,
        False,
    ]
