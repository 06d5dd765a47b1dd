"""What is read out of PHP: PHPUnit, Pest, and what analysers are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Case, Code, MarkKind, Strength
from guards.languages import code_of


def read(source: str) -> Code:
    """The facts of a file."""
    code = code_of("tests/ATest.php", f"<?php\n{source}\n".encode())
    assert code is not None
    return code


def case_of(body: str) -> Case:
    """The only test around a body."""
    (case,) = read(f"class ATest extends TestCase {{ function testX() {{ {body} }} }}").cases
    return case


def assertion_of(body: str) -> Assertion:
    """The only assertion of a body."""
    (assertion,) = case_of(body).assertions
    return assertion


def in_class(member: str) -> str:
    """A test class with a member."""
    return f"final class ATest extends TestCase {{ {member} }}"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (in_class("public function testA(): void {} private function helper() {}"), ["ATest.testA"]),
        (in_class("/** @test */ public function adds() {}"), ["ATest.adds"]),
        (in_class("/**\n * It adds.\n *\n * @test\n */\npublic function adds() {}"), ["ATest.adds"]),
        (in_class("#[Test] public function adds() {}"), ["ATest.adds"]),
        (in_class("#[\\PHPUnit\\Framework\\Attributes\\Test] function adds() {}"), ["ATest.adds"]),
        (in_class("protected function setUp(): void {} public static function rows() {}"), []),
        ("class Foo { public function testConnection() {} }", []),
        ("it('works', function () {}); test(\"a\", fn() => 1);", ["works", "a"]),
        ("it('works', function () {})->with([1])->group('x');", ["works"]),
        ("describe('x', function () { beforeEach(fn() => 1); it('y', function () {}); });", ["x > y"]),
        ("if (false) { it('works', function () {}); }", []),
    ],
)  # fmt: skip
def test_finds_the_tests(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


@pytest.mark.parametrize(
    ("body", "strength", "matcher", "subject", "expected"),
    [
        ("$this->assertSame(3, f($a));", Strength.EXACT, "assertSame", "f ( $a )", "3"),
        ("self::assertEquals([1], $a, 'why');", Strength.EXACT, "assertEquals", "$a", "[ 1 ]"),
        ("Assert::assertNotSame(3, $a);", Strength.ORDER, "assertNotSame", "$a", "3"),
        ("$this->assertTrue($a);", Strength.TRUTHY, "assertTrue", "$a", ""),
        ("$this->assertTrue($a === 3);", Strength.EXACT, "===", "$a", "3"),
        ("$this->assertFalse($a === 3);", Strength.ORDER, "!==", "$a", "3"),
        ("$this->assertTrue(true);", Strength.HOLLOW, "assertTrue", "true", ""),
        ("$this->assertSame(1, 1);", Strength.HOLLOW, "assertSame", "1", "1"),
        ("$this->assertEquals($a, $a);", Strength.HOLLOW, "assertEquals", "$a", "$a"),
        ("$this->assertNull($a);", Strength.EXISTS, "assertNull", "$a", ""),
        ("$this->assertNotNull($this);", Strength.HOLLOW, "assertNotNull", "$this", ""),
        ("$this->assertInstanceOf(A::class, $a);", Strength.EXISTS, "assertInstanceOf", "$a", "A :: class"),
        ("$this->assertStringContainsString('x', $a);", Strength.PART, "assertStringContainsString", "$a", '"x"'),
        ("$this->expectException(KeyError::class);", Strength.PART, "expectException", "", "KeyError :: class"),
        ("$this->expectException(\\Exception::class);", Strength.TRUTHY, "expectException", "", "\\Exception :: class"),
        ("$m->expects($this->once())->method('x');", Strength.PART, "expects", "$m", "$this -> once ( )"),
        ("expect(f())->toBe(3);", Strength.EXACT, "toBe", "f ( )", "3"),
        ("expect($a)->toBeArray()->not->toBeEmpty();", Strength.ORDER, "not toBeEmpty", "$a", ""),
        ("expect($a)->not->toBe(3);", Strength.ORDER, "not toBe", "$a", "3"),
        ("expect(true)->toBeTrue();", Strength.HOLLOW, "toBeTrue", "true", ""),
        ("expect(fn() => f())->toThrow(KeyError::class);", Strength.PART, "toThrow", "fn ( ) => f ( )", "KeyError :: class"),
        ("expect(fn() => f())->toThrow(Exception::class);", Strength.TRUTHY, "toThrow", "fn ( ) => f ( )", "Exception :: class"),
        ("$this->fail('x');", Strength.TRUTHY, "fail", "", ""),
        ("$this->assertPriceIs(3);", Strength.PART, "assertPriceIs", "3", ""),
    ],
)  # fmt: skip
def test_weighs_assertions(
    body: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    found = assertion_of(body)
    assert (found.strength, found.matcher, found.subject, found.expected) == (
        strength,
        matcher,
        subject,
        expected,
    )


@pytest.mark.parametrize(
    ("body", "tolerance"),
    [
        ("$this->assertEqualsWithDelta(3, $a, 0.5);", 0.5),
        ("$this->assertEquals(3, $a, '', 0.25);", 0.25),
        ("expect($a)->toEqualWithDelta(3, 0.1);", 0.1),
    ],
)
def test_reads_tolerances(body: str, tolerance: float) -> None:
    found = assertion_of(body)
    assert (found.strength, found.tolerance) == (Strength.PART, tolerance)


def test_tells_assertions_alike_whoever_is_asked() -> None:
    texts = {assertion_of(f"{who}assertSame(3, $a, 'why');").text for who in ("$this->", "self::")}
    assert texts == {"assertSame ( 3 , $a )"}


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (in_class("function testA() { $this->markTestSkipped('x'); }"), [MarkKind.SKIP]),
        (in_class("function testA() { self::markTestIncomplete(); }"), [MarkKind.SKIP]),
        (in_class("#[RequiresPhp('>= 9')] function testA() {}"), [MarkKind.SKIP]),
        (in_class("/** @requires PHP 9 */ function testA() {}"), [MarkKind.SKIP]),
        (in_class("/** @group broken */ function testA() {}"), [MarkKind.SKIP]),
        ("it('a', function () {})->skip('later');", [MarkKind.SKIP]),
        ("it('a', fn() => 1)->with([1])->only();", [MarkKind.ONLY]),
        ("test('a', fn() => 1)->todo();", [MarkKind.SKIP]),
        ("todo('a');", [MarkKind.SKIP]),
        ("$list->skip(3)->only('a');", []),
    ],
)
def test_finds_marks(source: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(source).marks] == kinds


def test_tells_skips_of_a_platform() -> None:
    source = in_class(
        "function testA() { if (PHP_OS_FAMILY === 'Windows') { $this->markTestSkipped(); }"
        " if (getenv('CI')) { $this->markTestSkipped(); } }"
    )
    assert [mark.platform for mark in read(source).marks] == [True, False]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("$m = $this->createMock(Foo::class);", "Foo"),
        ("$m = Mockery::mock('App\\Foo');", "App\\Foo"),
        ("$m = $this->prophesize(Foo::class);", "Foo"),
        ("$m = $this->getMockBuilder(Foo::class)->getMock();", "Foo"),
    ],
)
def test_finds_doubles(body: str, target: str) -> None:
    assert [each.target for each in read(body).doubles] == [target]


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("try { $this->assertSame(1, f()); } catch (\\Throwable $e) {}", 1),
        ("try { $this->assertSame(1, f()); } catch (KeyError $e) {}", 0),
        ("try { $this->assertSame(1, f()); } catch (\\Exception $e) { throw $e; }", 0),
        ("try { f(); $this->fail(); } catch (\\Exception $e) { $this->assertSame(1, $e->x); }", 0),
    ],
)
def test_sees_what_is_swallowed(body: str, swallowed: int) -> None:
    assert case_of(body).swallowed == swallowed


def test_reads_branches_handlers_and_what_is_left() -> None:
    code = read(
        "function f($x) { if ($x === 'a') { return 3; } switch ($x) { case 2: return 5; }"
        " $y = @file_get_contents($x); return match($x) { 7 => 'b' }; throw new E('x'); }"
    )
    assert [(each.condition, each.returns) for each in code.branches] == [
        ('( $x === "a" )', "3"),
        ("2", "5"),
        ("7", '"b"'),
    ]
    assert [each.catches for each in code.handlers] == ["@"]
    assert code.leaves[-1].raises
    assert len(code.dead) == 1


def test_knows_tables() -> None:
    cases = read(
        in_class(
            "/** @dataProvider rows */ function testA($a) {} #[TestWith([1])] function testB($a) {}"
            " function testC() {}"
        )
        + " it('d', fn($a) => $a)->with([1, 2]);"
    ).cases
    assert [case.parametrized for case in cases] == [True, True, False, True]


@given(st.text(alphabet="<?php $a(){}[];'\"@#*/\n->:=testA1", max_size=300))
def test_never_raises(source: str) -> None:
    code_of("ATest.php", source.encode())


def test_takes_the_rows_of_a_provider_for_those_of_its_test() -> None:
    (case,) = read(
        in_class(
            "/** @dataProvider rows */ function testA($a) {}"
            " static function rows() { return [[1, 2], [3, 4]]; }"
        )
    ).cases
    assert case.rows[:2] == ("[ 1 , 2 ]", "[ 3 , 4 ]")
