"""The pages for people: the list of cases, one case, one transcript. They only read.

Everything on them may come from strangers: templates escape it, `finalize` cleans and bounds every
piece of text, and the headers forbid scripts altogether.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp_jinja2
import jinja2
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from markupsafe import Markup

from bot.core.case import Case
from bot.core.errors import PermanentError
from bot.core.ids import CaseId, Digest
from bot.core.links import case_path, transcript_path
from bot.core.markdown import counted, sentence
from bot.core.patch import Attempt
from bot.core.wording import next_step
from bot.ports import Clock
from bot.web import views
from bot.web.auth import COOKIE, SESSION, Auth, local_path
from bot.web.reader import Reader

MAX_LINES = 200
MAX_FORM = 16 * 1024
MAX_BLOB = 2 * 1024 * 1024
_STYLE = Path(__file__).with_name("static") / "pages.css"
_STATIC_SECONDS = 3600
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
Page = Callable[[web.Request], Awaitable[web.Response]]


def add_pages(
    app: web.Application,
    store: Reader,
    clock: Clock,
    auth: Auth,
    *,
    github_url: str = "https://github.com",
) -> None:
    """Serve the pages; `github_url` is where pull requests and commits are linked to."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
        filters=_filters(clock),
    )
    pages = _Pages(store, clock, auth, github_url.rstrip("/"))
    router = app.router
    router.add_get("/", pages.guarded(pages.cases))
    # The longer path first: an id may hold slashes.
    router.add_get(r"/cases/{id:.+}/transcript/{number:\d{1,4}}", pages.guarded(pages.transcript))
    router.add_get("/cases/{id:.+}", pages.guarded(pages.case))
    router.add_post("/sign-in", pages.sign_in)
    router.add_post("/sign-out", pages.sign_out)
    router.add_get("/static/pages.css", _style)


class _Pages:
    def __init__(self, store: Reader, clock: Clock, auth: Auth, github_url: str) -> None:
        self._store = store
        self._clock = clock
        self._auth = auth
        self._github_url = github_url

    def guarded(self, page: Page) -> Page:
        """The page for whoever may see it, the sign-in or a refusal for the others."""

        async def handle(request: web.Request) -> web.Response:
            if self._auth.admits(request, self._clock.now()):
                return await page(request)
            if self._auth.token:
                return self._sign_in_page(request, request.path_qs, wrong=False)
            return self._message(
                request,
                403,
                "Only on this machine",
                "No dashboard token is set, so these pages are shown to direct connections from"
                " the machine that selfheal runs on, and to none once SELFHEAL_PUBLIC_URL names"
                " another. Set SELFHEAL_DASHBOARD_TOKEN to sign in.",
            )

        return handle

    async def cases(self, request: web.Request) -> web.Response:
        """The list, newest first."""
        lines = await self._store.lines(MAX_LINES)
        still_open = sum(views.is_open(line.stage) for line in lines)
        context = {"lines": lines, "most": MAX_LINES, "still_open": still_open}
        return self._page(request, "cases.html", context)

    async def case(self, request: web.Request) -> web.Response:
        """One case."""
        case = await self._store.case(CaseId(request.match_info["id"]))
        if case is None:
            return self._no_such(request)
        diffs = {each.number: await self._diff(each) for each in case.attempts}
        beats = views.beats(case, self._clock.now())
        return self._page(request, "case.html", {"case": case, "diffs": diffs, "beats": beats})

    async def transcript(self, request: web.Request) -> web.Response:
        """What was said and run in one attempt."""
        case = await self._store.case(CaseId(request.match_info["id"]))
        attempt = _attempt(case, int(request.match_info["number"]))
        text = await self._text(attempt.transcript if attempt else None)
        if case is None or attempt is None or text is None:
            return self._no_such(request)
        context = {"case": case, "attempt": attempt, "transcript": views.transcript(text)}
        return self._page(request, "transcript.html", context)

    async def sign_in(self, request: web.Request) -> web.Response:
        """Trade the token for a cookie."""
        form = await _form(request)
        after = local_path(form.get("next", "/"))
        if not self._auth.knows(form.get("token", "")):
            return self._sign_in_page(request, after, wrong=True)
        response = web.Response(status=303, headers={**_HEADERS, "Location": after})
        response.set_cookie(
            COOKIE,
            self._auth.session(self._clock.now()),
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            secure=self._auth.https,
            samesite="Lax",
        )
        return response

    async def sign_out(self, _: web.Request) -> web.Response:
        """Forget the cookie."""
        response = web.Response(status=303, headers={**_HEADERS, "Location": "/"})
        response.del_cookie(COOKIE)
        return response

    def _sign_in_page(self, request: web.Request, after: str, *, wrong: bool) -> web.Response:
        context = {"after": local_path(after), "wrong": wrong}
        return self._page(request, "sign_in.html", context, 403 if wrong else 401)

    def _no_such(self, request: web.Request) -> web.Response:
        text = "There is no such case or transcript, or it was cleared away."
        return self._message(request, 404, "Not found", text)

    def _message(self, request: web.Request, status: int, title: str, text: str) -> web.Response:
        return self._page(request, "message.html", {"title": title, "text": text}, status)

    def _page(
        self, request: web.Request, template: str, context: Mapping[str, Any], status: int = 200
    ) -> web.Response:
        around = {"github_url": self._github_url, "signed_in": bool(self._auth.token)}
        response = aiohttp_jinja2.render_template(
            template, request, {**around, **context}, status=status
        )
        response.headers.update(_HEADERS)
        return response

    async def _diff(self, attempt: Attempt) -> views.Diff | None:
        text = await self._text(attempt.patch.diff if attempt.patch else None)
        return None if text is None else views.diff(text)

    async def _text(self, digest: Digest | None) -> str | None:
        """A blob's beginning as text; None when there is none, or it was cleared away."""
        if digest is None:
            return None
        try:
            blob = await self._store.get(digest)
        except PermanentError:
            return None
        return blob[:MAX_BLOB].decode(errors="replace")


async def _form(request: web.Request) -> Mapping[str, str]:
    """A small form's fields; whoever sends it is not known yet, and gets no file stored by it."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_chunked(MAX_FORM):
            body += chunk
            if len(body) > MAX_FORM:
                raise web.HTTPRequestEntityTooLarge(MAX_FORM, len(body))
        return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=10))
    except (ValueError, web.RequestPayloadError, HttpProcessingError) as exc:
        raise web.HTTPBadRequest(text="the form cannot be read\n") from exc


def _attempt(case: Case | None, number: int) -> Attempt | None:
    attempts = case.attempts if case else ()
    return next((each for each in attempts if each.number == number), None)


def _finalize(value: Any) -> Any:
    """Clean and bound every text on its way into a page; what is markup already stays."""
    return views.plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _filters(clock: Clock) -> dict[str, Callable[..., Any]]:
    return {
        "ago": lambda then: views.ago(then, clock.now()),
        "case_path": case_path,
        "counted": counted,
        "duration": views.duration,
        "money": views.money,
        "next_step": lambda case: next_step(case).replace("`", ""),
        "plain": views.plain,
        "sentence": sentence,
        "stage": views.stage_words,
        "tone": views.tone,
        "transcript_path": transcript_path,
        "tree": views.tree_words,
        "whose": views.whose_words,
    }


async def _style(_: web.Request) -> web.FileResponse:
    headers = {
        "Cache-Control": f"public, max-age={_STATIC_SECONDS}",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(_STYLE, headers=headers)
