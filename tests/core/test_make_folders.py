from bot.core.framing import Line
from bot.core.make_folders import Folders

ROOT = "/home/runner/work/shop/shop"


def entered(*texts: str) -> Folders:
    folders = Folders()
    for number, text in enumerate(texts, 1):
        assert folders.read(Line(number, text))
    return folders


def test_a_path_starts_in_the_folder_that_was_entered_last() -> None:
    folders = entered(
        f"make: Entering directory '{ROOT}'", f"make[1]: Entering directory '{ROOT}/src'"
    )
    assert folders.place("cart.c") == "src/cart.c"
    assert folders.place("../lib/price.h") == "lib/price.h"


def test_a_folder_that_was_left_is_forgotten() -> None:
    folders = entered(
        f"make[1]: Entering directory '{ROOT}/src'", f"make[1]: Leaving directory '{ROOT}/src'"
    )
    assert folders.place("cart.c") == "cart.c"


def test_ninja_names_its_folder_from_the_root() -> None:
    folders = entered("ninja: Entering directory `build/debug'")
    assert folders.place("../../src/cart.c") == "src/cart.c"


def test_absolute_paths_and_paths_out_of_the_repository_stay_as_they_are() -> None:
    folders = entered("ninja: Entering directory `build'")
    assert folders.place("/usr/include/stdio.h") == "/usr/include/stdio.h"
    assert folders.place("../../cart.c") == "../../cart.c"


def test_an_unknown_folder_places_nothing() -> None:
    folders = entered("make: Entering directory '/opt/elsewhere'")
    assert folders.place("cart.c") == "cart.c"


def test_other_lines_are_not_about_folders() -> None:
    assert not Folders().read(Line(1, "make: Nothing to be done for 'all'."))
