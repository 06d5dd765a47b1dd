"""One bounded attempt: the model works until it reports, stops calling tools, or meets a limit."""

from dataclasses import dataclass
from datetime import datetime

from bot.agent import tools
from bot.agent.budget import Budget, Held
from bot.agent.task import Status, Task, Tried
from bot.agent.toolbox import ToolContext
from bot.agent.tools import report
from bot.agent.transcript import Transcript
from bot.core.case import SignalKind
from bot.core.errors import ModelBusyError, PermanentError, TransientError
from bot.core.transcript import Conversation, Reply, ToolResult, Turn
from bot.ports import Box, Model, Ports

BACKOFF_S = (2.0, 10.0)  # before the second and the third try of a call
MAX_CALL_S = 600.0
_STOPPED = {
    "refusal": "the model refused to go on",
    "max_tokens": "the model's reply was cut off at its token limit",
    "model_context_window_exceeded": "the conversation outgrew the model's context",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How it ends, in our words, and in the agent's."""

    why: str = ""
    said: report.Report | None = None
    stopped: bool = False
    hopeless: bool = False

    @property
    def status(self) -> Status:
        return Status.FAILED if self.why or self.said is None else self.said.status


async def attempt(task: Task, box: Box, ports: Ports) -> Tried:
    """Let the model try once. What it changed stands in the box; what it says proves nothing.

    Raises:
        PermanentError: there is no model.
        ConfigError: no price is known for it.
    """
    if ports.model is None:
        msg = "no model is configured: set SELFHEAL_ANTHROPIC_API_KEY"
        raise PermanentError(msg)
    run = _Run(task, box, ports, ports.model)
    end = None
    while end is None:
        end = await run.turn()
    return run.tried(end)


class _Run:
    """One attempt while it runs."""

    def __init__(self, task: Task, box: Box, ports: Ports, model: Model) -> None:
        self._task = task
        self._box = box
        self._ports = ports
        self._model = model
        self._started: datetime = ports.clock.now()
        self._budget = Budget(task, ports, self._started)
        self._log = Transcript(ports.clock)
        self._turns: list[Turn] = [task.text]
        self._replies = 0
        self._log.add(
            "task",
            case=task.case,
            repo=task.repo,
            pr=task.pr,
            attempt=task.number,
            model=task.model,
            effort=task.effort,
        )

    async def turn(self) -> _End | None:
        """One reply of the model and the tools it asks for; None = go on."""
        if (limit := await self._limit()) is not None:
            return limit
        reply = await self._ask()
        if isinstance(reply, _End):
            return reply
        self._turns.append(reply)
        if reply.stop_reason == "pause_turn":
            return None
        if reply.stop_reason == "tool_use" and reply.calls:
            return await self._act(reply)
        return _last_word(reply)

    def tried(self, end: _End) -> Tried:
        """Close the record."""
        said = end.said
        why = end.why
        if said is not None and said.status is Status.FAILED and not why:
            why = f"the agent gave up: {said.summary or said.root_cause}"
        usd = round(self._budget.spent_usd, 9)
        self._log.add("result", result=end.status.value, why=why, usd=usd)
        return Tried(
            status=end.status,
            summary=said.summary if said else "",
            why_failed=why,
            cost_usd=self._budget.spent_usd,
            turns=self._replies,
            transcript=self._log.to_bytes(),
            root_cause=said.root_cause if said else "",
            files=said.files if said else (),
            risk=said.risk if said else "",
            stopped=end.stopped,
            hopeless=end.hopeless,
        )

    def _seconds_left(self) -> float:
        gone = self._ports.clock.now() - self._started
        return self._task.deadline_s - gone.total_seconds()

    async def _limit(self) -> _End | None:
        """The end, when one of the limits is reached or somebody said stop."""
        for signal in await self._ports.store.signals(self._task.case):
            if signal.kind is SignalKind.STOP:
                return _End(why=f"stopped by {signal.by}", stopped=True)
            if signal.kind is SignalKind.OVERTAKEN:
                return _End(why="the pull request moved on", stopped=True)
        if self._replies >= self._task.max_turns:
            return _End(why=f"no result after {self._replies} turns")
        if self._seconds_left() <= 0:
            return self._late()
        return None

    def _late(self) -> _End:
        return _End(why=f"no result after {self._task.deadline_s / 60:g} minutes")

    async def _ask(self) -> Reply | _End:
        """The model's next turn, tried three times while its service is in trouble."""
        conversation = Conversation(
            model=self._task.model,
            system=self._task.system,
            tools=tools.SPECS,
            turns=tuple(self._turns),
            effort=self._task.effort,
        )
        for backoff_s in (*BACKOFF_S, None):
            try:
                return await self._call(conversation)
            except TransientError as exc:
                self._log.add("error", turn=self._replies + 1, error=str(exc))
                if backoff_s is None:
                    return _End(why=f"the model could not be reached: {exc}")
                wait_s = max(backoff_s, exc.retry_after_s)
            except PermanentError as exc:
                self._log.add("error", turn=self._replies + 1, error=str(exc))
                return _End(why=str(exc), hopeless=True)
            if wait_s >= self._seconds_left():
                break
            await self._ports.clock.sleep(wait_s)
        return self._late()

    async def _call(self, conversation: Conversation) -> Reply | _End:
        """One call, with its worst case set aside before and settled after."""
        held = await self._budget.hold(await self._model.count(conversation))
        if held is None:
            return _End(why="spend cap: the next call to the model could pass it")
        began = self._ports.clock.now()
        reply = await self._paid(conversation, held)
        seconds = (self._ports.clock.now() - began).total_seconds()
        usd = await self._budget.pay(held, reply.usage)
        self._replies += 1
        self._log.model(self._replies, reply, usd, seconds)
        return reply

    async def _paid(self, conversation: Conversation, held: Held) -> Reply:
        timeout_s = min(MAX_CALL_S, max(1.0, self._seconds_left()))
        try:
            return await self._model.reply(conversation, held.max_tokens, timeout_s)
        except (ModelBusyError, PermanentError):
            await self._budget.give_back(held)
            raise
        except TransientError:
            await self._budget.forfeit(held)
            raise

    async def _act(self, reply: Reply) -> _End | None:
        """Run the calls one after the other: edits must not race."""
        results: list[ToolResult] = []
        for call in reply.calls:
            began = self._ports.clock.now()
            context = ToolContext(
                box=self._box,
                checks=self._task.checks,
                failures=self._task.failures,
                seconds_left=max(1.0, self._seconds_left()),
            )
            result = await tools.run(call, context)
            seconds = (self._ports.clock.now() - began).total_seconds()
            self._log.tool(self._replies, call, result, seconds)
            if result.final:
                return _End(said=report.read(call.args))
            results.append(result)
        self._turns.append(tuple(results))
        return None


def _last_word(reply: Reply) -> _End:
    """The end that a reply without tool calls means."""
    if reply.stop_reason != "end_turn":
        why = _STOPPED.get(reply.stop_reason, f"the model stopped: {reply.stop_reason}")
        return _End(why=why)
    text = reply.text.lstrip(" \n\t*#`")
    for status in Status:
        if text.startswith(status):
            rest = text[len(status) :].lstrip(" \n\t*#`:.-")[: report.MAX_TEXT]
            said = report.Report(status=status, root_cause="", summary=rest, files=(), risk="")
            return _End(said=said)
    return _End(why="the model ended without saying SUCCESSFUL FIX or FAILED FIX")
