"""Words of Python's test frameworks: unittest, pytest, Django, numpy, pandas, mocks."""

from guards.code import Strength

EXACT = frozenset(
    """
    assertEqual assertEquals assertIs assertListEqual assertDictEqual assertSetEqual
    assertTupleEqual assertSequenceEqual assertMultiLineEqual assertCountEqual assert_equal
    assert_array_equal assert_frame_equal assert_series_equal assert_called_once_with
    assert_called_with assertNumQueries assertQuerySetEqual assertJSONEqual assertXMLEqual
    assertHTMLEqual assert_has_calls assert_not_called
    """.split()
)
PART = frozenset(
    """
    assertIn assertNotIn assertRegex assertNotRegex assertAlmostEqual assertNotAlmostEqual
    assertContains assertDictContainsSubset assertRaisesRegex assertRaisesMessage
    assertWarnsRegex assertLogs assert_allclose assert_almost_equal assert_any_call
    """.split()
)
ORDER = frozenset(
    """
    assertGreater assertGreaterEqual assertLess assertLessEqual assertNotEqual assertIsNot
    """.split()
)
TRUTHY = frozenset(
    """
    assertTrue assertFalse assertRaises assertWarns assert_called assert_called_once raises
    warns deprecated_call fail assert_
    """.split()
)
EXISTS = frozenset(
    """
    assertIsNotNone assertIsInstance assertNotIsInstance assertIsNone
    """.split()
)
STRENGTHS = {
    **dict.fromkeys(EXACT, Strength.EXACT),
    **dict.fromkeys(PART, Strength.PART),
    **dict.fromkeys(ORDER, Strength.ORDER),
    **dict.fromkeys(TRUTHY, Strength.TRUTHY),
    **dict.fromkeys(EXISTS, Strength.EXISTS),
}
