"""Code that looks at its callers, or makes code out of text, can answer a test and nobody else."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.new_code import Snippet, is_product, is_tooling, new_signals, stood_before
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "introspection"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_STACK = expression(
    r"\b_getframe(?:modulename)?\b|\binspect\.(?:stack|currentframe|getouterframes|trace|getframeinfo|getinnerframes)\b"
    r"|\bfrom inspect import\b[^\n]{0,80}\b(?:stack|currentframe|getouterframes)\b"
    r"|\bf_back\b|\bf_code\b|\bco_filename\b|\btraceback\.(?:extract_stack|walk_stack|format_stack)\b|\b_current_frames\b"
    r"|\bnew\s(?:Error|Throwable|Exception)\s?\([^()\n]{0,80}\)\)?\s?!?\??\.\s?(?:stack|getStackTrace|StackTrace)\b|(?<![\w.])Error\(\)\.stack\b"
    r"|\bprepareStackTrace\b|\bstackTraceLimit\b|\barguments\.callee\b|\b\w{1,40}\.caller(?:\.(?:name|toString)\b|\s?&&)|\bgetCallSites?\b|\bcallsites?\s?\("
    r"|\bruntime\.(?:Callers?|CallersFrames|FuncForPC)\b|\bdebug\.Stack\s?\("
    r"|\b(?:currentThread|Thread)\b[^\n]{0,20}\bgetStackTrace\b|\bThread\.currentThread\(\)\.stackTrace|\bgetAllStackTraces\b|\bStackWalker\b"
    r"|\bnew\s(?:System\.Diagnostics\.)?Stack(?:Trace|Frame)\b|\bEnvironment\.StackTrace\b"
    r"|(?<![\w.@:$>])caller(?:_locations)?(?:\s?[\[(.]|\s{1,3}\d)|\bKernel\.caller\b|\b__callee__\b|\bbinding\.of_caller\b"
    r"|\bdebug_(?:print_)?backtrace\s?\(|\bcallStack(?:Symbols|ReturnAddresses)\b|\bStackTrace\.current\b|\bdebug\.(?:getinfo|traceback)\b"
    r"|:current_stacktrace\b|\b__builtin_return_address\b|\bstd::stacktrace\b|\b__STACKTRACE__\b"
)
_STACK_READ = expression(
    r"\.stack(?:Trace)?\b[^\n]{0,30}\.(?:includes|match|indexOf|search|split|contains)\b|\.test\([^\n]{0,60}\.stack\b|\.exec\([^\n]{0,60}\.stack\b"
)
_LOGS = expression(
    r"\b(?:log|logger|logging|print|printf|warn|debug|fmt|console|report|trace|stacklevel)\b",
    re.IGNORECASE,
)
_MAKES_CODE = {
    "py": r"(?<![\w.])(?:eval|exec|__import__)\s?\(|(?<![\w.])compile\s?\([^\n]{0,200}[\"'](?:exec|eval|single)[\"']"
    r"|\bimportlib\.(?:import_module|reload|util\.\w{1,30}|machinery\.\w{1,30}|__import__)|\bimport_module\s?\(|\brunpy\.run_|\bmarshal\.loads\b|\btypes\.(?:CodeType|FunctionType)\s?\("
    r"|\bgc\.get_(?:objects|referrers)\b|\bsys\.(?:settrace|setprofile|meta_path|path_hooks|addaudithook)\b|\.__code__\s?=(?!=)|\bctypes\.pythonapi\b|\bgetattr\(\s?(?:sys|os|builtins|inspect)\s?,",
    "js": r"(?<![\w.])eval\s?\(|\(0,\s?eval\)|\bnew\sFunction\s?\(|(?<![\w.])Function\s?\(\s?[\"'`]|\bvm\.(?:runIn\w{1,30}|Script|compileFunction)\b|\.constructor\.constructor\b|\bset(?:Timeout|Interval)\(\s?[\"'`]|\bModule\._(?:load|resolveFilename|extensions)\b",
    "rb": r"(?<![\w.])eval[\s(]|\b(?:instance|class|module)_eval\s?[(\s]\s?[\"'<%]|\bTOPLEVEL_BINDING\b|\bObjectSpace\.each_object\b|\bTracePoint\b|\bset_trace_func\b|\bRubyVM::InstructionSequence\b",
    "php": r"(?<![\w>:$])eval\s?\(|\bcreate_function\s?\(|\brunkit\w{0,20}|\buopz_\w{1,20}",
    "jvm": r"\bgetEngineByName\s?\(|\bScriptEngineManager\b|\bGroovyShell\b|\bdefineClass\s?\(|\bgetDeclared(?:Method|Field)\b[^\n]{0,60}(?:invoke|setAccessible)|\bToolProvider\.getSystemJavaCompiler\b",
    "net": r"\bCSharpScript\.\w{1,20}|\bReflection\.Emit\b|\bDynamicMethod\b|\bAssembly\.Load(?:From|File)?\s?\(",
    "lua": r"(?<![\w.])(?:loadstring|load|dofile)\s?\(|\bdebug\.sethook\b",
    "ex": r"\bCode\.eval_\w{1,20}",
    "pl": r"(?<![\w.])eval\s?[\"'(]",
}
_FAMILY = {
    **dict.fromkeys(("py", "pyx"), "py"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte"), "js"),
    **dict.fromkeys(("java", "kt", "kts", "scala", "groovy"), "jvm"),
    **dict.fromkeys(("cs", "fs", "vb"), "net"),
    **dict.fromkeys(("ex", "exs"), "ex"),
    **dict.fromkeys(("pl", "pm"), "pl"),
}
_PATTERNS = {family: expression(pattern) for family, pattern in _MAKES_CODE.items()}


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new looks at the stack, and new code that is made from text."""
    told: set[tuple[str, int]] = set()
    for snippet, what, severity in (*_looks(change), *_texts(change)):
        if (place := (snippet.file.path, snippet.line)) not in told:
            told.add(place)
            yield _finding(snippet, what, severity)


def _looks(change: Change) -> Iterator[tuple[Snippet, str, Severity]]:
    for pattern in (_STACK, _STACK_READ):
        for snippet, _ in new_signals(change, is_product, partial(_stack, pattern)):
            again = stood_before(change, snippet.file, pattern) or is_tooling(snippet.file)
            mild = again or (pattern is _STACK and _only_logs(snippet))
            severity = Severity.NEEDS_HUMAN if mild else SEVERITY
            yield snippet, "product code looks at who calls it", severity


def _texts(change: Change) -> Iterator[tuple[Snippet, str, Severity]]:
    for snippet, _ in new_signals(change, is_product, _code_makers):
        severity = Severity.WARN if is_tooling(snippet.file) else Severity.NEEDS_HUMAN
        yield snippet, "code is made from text, or loaded by a name, at run time", severity


def _stack(pattern: re.Pattern[str], snippet: Snippet) -> Sequence[str]:
    if snippet.file.path.endswith(".rb") or "caller" not in snippet.text:
        return [match[0] for match in pattern.finditer(snippet.text)][:20]
    found = [match[0] for match in pattern.finditer(snippet.text)][:20]
    return [each for each in found if not each.startswith("caller")]


def _only_logs(snippet: Snippet) -> bool:
    compares = re.search(r"==|!=|\bin\b|includes|contains|startsWith|match|\bif\b", snippet.context)
    return bool(_LOGS.search(snippet.context)) and compares is None


def _code_makers(snippet: Snippet) -> Sequence[str]:
    suffix = snippet.file.path.rpartition(".")[2].lower()
    pattern = _PATTERNS.get(_FAMILY.get(suffix, suffix))
    return [] if pattern is None else [match[0] for match in pattern.finditer(snippet.text)][:20]


def _finding(snippet: Snippet, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"{what}: {snippet.shown}",
        remedy="write the code out, hand in what it needs to know, and do the same for every caller",
        file=snippet.file.path,
        line=snippet.line,
    )
