from collections.abc import Awaitable, Callable
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.core.failure import Failure, FailureType
from bot.core.ids import CaseId, Digest
from bot.core.lifecycle import Stage
from bot.core.links import case_path, case_url, transcript_path
from bot.web import views
from bot.web.auth import Auth
from bot.web.pages import add_pages
from tests.fakes.example_cases import NOW, case_id, full_store, healed, opened
from tests.fakes.pages_store import PagesStore
from tests.fakes.still_clock import StillClock

Client = TestClient[web.Request, web.Application]
Serve = Callable[[PagesStore], Awaitable[Client]]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
OVERRIDE = chr(0x202E)  # turns the direction of what follows


@pytest.fixture
def serve(aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> Serve:
    async def start(store: PagesStore) -> Client:
        app = web.Application()
        add_pages(app, store, StillClock(NOW), Auth())
        return await aiohttp_client(app)

    return start


class Tags(HTMLParser):
    """Names of all elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}


async def read(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path) as response:
        assert response.status == status
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return await response.text()


async def test_the_list_shows_every_case_newest_first_in_words(serve: Serve) -> None:
    page = await read(await serve(full_store()), "/")

    places = [page.index(f"#{pr}</small>") for pr in (45, 41, 42, 43, 44)]
    assert places == sorted(places)
    words = ("healed", "waits for a person", "nothing to fix here", "gave up", "2 open", "$0.13")
    assert [word for word in words if word not in page] == []
    assert case_path(case_id(41)) in page


async def test_an_empty_list_says_what_will_appear(serve: Serve) -> None:
    assert "Nothing has failed" in await read(await serve(PagesStore()), "/")


async def test_a_case_is_shown_whole(serve: Serve) -> None:
    page = await read(await serve(full_store()), case_path(case_id(41)))

    seen = (
        "Give the cart a discount",
        "https://github.com/octo/shop/pull/41",
        "This pull request: it fails on its own.",
        "base branch without it",
        "tests/test_cart.py::test_total_counts_the_discount_once",
        "lines 118 to 131",
        "deleted tests",
        "restore it; if the behaviour is gone",
        "no coverage data before",
        "Removed an outdated test.",
        "unit: failing part",
        "net -= self.discount",
        transcript_path(case_id(41), 2),
        "1 min 21 s",
        "12 turns",
    )
    assert [text for text in seen if text not in page] == []
    assert page.count('<span class="badge good">pushed</span>') == 1


async def test_an_open_case_reloads_itself_and_an_ended_one_does_not(serve: Serve) -> None:
    client = await serve(full_store())

    assert 'http-equiv="refresh"' in await read(client, case_path(case_id(45)))
    assert 'http-equiv="refresh"' not in await read(client, case_path(case_id(41)))


async def test_every_stage_has_a_page(serve: Serve) -> None:
    store = PagesStore()
    client = await serve(store)
    for stage in Stage:
        store.cases[case_id(41)] = replace(opened(), stage=stage)
        assert views.stage_words(stage) in await read(client, case_path(case_id(41)))
        assert views.stage_words(stage) in await read(client, "/")


async def test_a_transcript_is_readable_line_by_line(serve: Serve) -> None:
    page = await read(await serve(full_store()), transcript_path(case_id(41), 2))

    seen = ("I look at the failing test first.", "bash", "SUCCESSFUL FIX", "not a line of JSON")
    assert [text for text in seen if text not in page] == []


@pytest.mark.parametrize(
    "path",
    [
        "/cases/octo/shop%239@abc",
        transcript_path(case_id(41), 9),
        transcript_path(case_id(42), 1),
        "/cases/%00%ff",
        "/cases/..%2f..%2fetc%2fpasswd",
    ],
)
async def test_what_is_not_there_is_a_plain_404(serve: Serve, path: str) -> None:
    assert "Not found" in await read(await serve(full_store()), path, status=404)


async def test_a_diff_and_a_transcript_that_were_cleared_away_break_nothing(serve: Serve) -> None:
    store = full_store()
    store.blobs.clear()
    client = await serve(store)

    assert "The diff was cleared away." in await read(client, case_path(case_id(41)))
    assert "Not found" in await read(client, transcript_path(case_id(41), 1), status=404)


async def test_hostile_text_is_only_ever_text(serve: Serve) -> None:
    store = PagesStore()
    evil = HOSTILE + OVERRIDE + "\x1b[31m" + "\x00"
    case = healed(store, title=evil)
    failure = Failure(
        type=FailureType.TEST, message=evil, test=evil, tool=evil, suggestion=evil, detail=(evil,)
    )
    attempt = replace(
        case.attempts[0],
        summary=evil,
        why_failed=evil,
        name=evil,
        transcript=store.keep(f"{HOSTILE}\n" + '{"kind":"<b>","text":"</pre><script>"}'),
    )
    store.cases[case.id] = replace(
        case,
        author=evil,
        reason=evil,
        failures=(failure,),
        attempts=(attempt,),
        entry=replace(case.entry, repo="o/r", base_branch=evil),
    )
    client = await serve(store)

    for path in ("/", case_path(case.id), transcript_path(case.id, 1)):
        page = await read(client, path)
        tags = Tags(page)
        assert not tags.elements & {"script", "img", "iframe", "object", "svg", "style"}
        assert not {name for name in tags.attributes if name.startswith("on") or name == "style"}
        assert not set(page) & {OVERRIDE, "\x1b", "\x00"}


async def test_enormous_text_is_bounded_everywhere(serve: Serve) -> None:
    store = PagesStore()
    case = healed(store)
    long = "x" * 1_000_000
    failure = Failure(type=FailureType.TEST, message=long, test=long, detail=(long,) * 50)
    patch = case.attempts[0].patch
    assert patch is not None
    attempt = replace(
        case.attempts[0],
        summary=long,
        why_failed=long,
        patch=replace(patch, diff=store.keep("@@ -1 +1 @@\n" + f"+{long[:2000]}\n" * 5_000)),
        transcript=store.keep("\n".join(['{"kind":"tool","text":"' + long + '"}'] * 4)),
    )
    store.cases[case.id] = replace(
        case, title=long, reason=long, failures=(failure,) * 300, attempts=(attempt,)
    )
    client = await serve(store)

    assert len(await read(client, "/")) < 10_000
    assert len(await read(client, case_path(case.id))) < 8_000_000
    page = await read(client, transcript_path(case.id, 1))
    assert len(page) < 200_000
    assert "more characters" in page


async def test_a_case_is_found_however_its_id_was_quoted(serve: Serve) -> None:
    page = await read(await serve(full_store()), f"/cases/{quote(case_id(41), safe='')}")

    assert "Give the cart a discount" in page


async def test_the_style_is_served_and_nothing_else_is_loaded(serve: Serve) -> None:
    client = await serve(full_store())
    async with client.get("/static/pages.css") as response:
        style = await response.text()
        assert response.content_type == "text/css"
    assert "url(" not in style
    assert "prefers-color-scheme: dark" in style


async def test_a_store_without_the_blob_says_so() -> None:
    with pytest.raises(Exception, match="no such blob"):
        await PagesStore().get(Digest("0"))


def test_a_case_path_survives_whatever_the_id_holds() -> None:
    assert case_path(CaseId("o/r#7@abc")) == "/cases/o/r%237@abc"
    assert case_path(CaseId("o/r?x#7 é")) == "/cases/o/r%3Fx%237%20%C3%A9"
    assert (
        case_url("https://heal.example/", CaseId("o/r#7")) == "https://heal.example/cases/o/r%237"
    )
    assert case_url("", CaseId("o/r#7")) == ""
