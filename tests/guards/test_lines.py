"""Line numbers are carried across a change."""

from hypothesis import given
from hypothesis import strategies as st

from guards.change import FileChange, Line, Status
from guards.lines import LineMap


@given(st.data())
def test_an_unchanged_line_is_found_where_it_stands_now(data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30))
    old: list[int] = []
    new: list[int] = []
    removed: list[Line] = []
    added: list[Line] = []
    for index, (is_kept, is_old) in enumerate(kept):
        if is_kept or is_old:
            old.append(index)
        if is_kept or not is_old:
            new.append(index)
        if not is_kept:
            (removed if is_old else added).append(
                Line(number=len(old if is_old else new), text=str(index))
            )
    file = FileChange(path="a", status=Status.MODIFIED, removed=tuple(removed), added=tuple(added))

    lines = LineMap(file)

    for number, index in enumerate(old, start=1):
        expected = new.index(index) + 1 if index in new else None
        assert lines.new(number) == expected
        assert lines.near(number) >= 1
