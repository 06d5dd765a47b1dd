"""Findings of linters in JSON: each tool a row of a table, since all say file, line, rule and message."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text

Rows = Callable[[Any], Iterator[tuple[str | None, Any]]]

_ERROR = frozenset({"error", "fatal", "2"})


def listed(path: str = "") -> Rows:
    """Findings in one list, each with its own file."""
    return lambda document: ((None, row) for row in items(document, path))


def grouped(path: str, file: str, rows: str) -> Rows:
    """Findings in lists, one a file."""
    return lambda document: (
        (text(group, file), row) for group in items(document, path) for row in items(group, rows)
    )


def keyed(path: str, rows: str) -> Rows:
    """Findings in a mapping whose keys are files."""

    def read(document: Any) -> Iterator[tuple[str | None, Any]]:
        groups = at(document, path)
        for file, group in groups.items() if isinstance(groups, dict) else ():
            for row in items(group, rows):
                yield str(file), row

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """One tool's report: where its findings stand, and what their fields are called (dotted paths).

    Attributes:
        severity: the field that says how bad it is; "" when every finding counts.
        bad: its values that count, in lower case.
        offset: 1 where lines and columns count from 0. column_offset: where only columns do.
        prefix: what a rule that is only a number is called by.
    """

    NAME: str
    KEYS: tuple[str, ...]
    rows: Rows
    message: str
    line: str
    file: str = ""
    column: str = ""
    rule: str = ""
    severity: str = ""
    bad: frozenset[str] = _ERROR
    type: FailureType = FailureType.LINT
    offset: int = 0
    column_offset: int = 0
    suggestion: str = ""
    command: str = ""
    prefix: str = ""

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a finding that makes the tool fail."""
        for file, row in self.rows(document):
            said = text(row, self.message)
            if said is None or not self._counts(row):
                continue
            path = file or (text(row, self.file) if self.file else None)
            rule = text(row, self.rule) if self.rule else None
            lines = [each for each in said.splitlines() if each.strip()]
            message = " ".join(lines[:4])
            yield Failure(
                type=self.type,
                tool=self.NAME,
                rule=f"{self.prefix}{rule}" if rule else None,
                message=message.removesuffix(f" ({rule})") if rule else message,
                file=path,
                line=number(row, self.line, offset=self.offset) if self.line else None,
                column=self._column(row),
                suggestion=text(row, self.suggestion) if self.suggestion else None,
                command=f"{self.command} {shlex.quote(path)}" if self.command and path else None,
            )

    def _counts(self, row: Any) -> bool:
        said = text(row, self.severity) if self.severity else None
        return said is None or said.lower() in self.bad

    def _column(self, row: Any) -> int | None:
        offset = self.offset + self.column_offset
        return number(row, self.column, offset=offset) if self.column else None


ALL: tuple[LintReport, ...] = (
    LintReport(NAME="eslint", KEYS=('"filePath"', '"messages"', '"ruleId"'), rows=grouped("", "filePath", "messages"),
               message="message", line="line", column="column", rule="ruleId", severity="severity",
               command="npx eslint"),
    LintReport(NAME="stylelint", KEYS=('"source"', '"warnings"', '"rule"'), rows=grouped("", "source", "warnings"),
               message="text", line="line", column="column", rule="rule", severity="severity",
               command="npx stylelint"),
    LintReport(NAME="rubocop", KEYS=('"offenses"', '"cop_name"'), rows=grouped("files", "path", "offenses"),
               message="message", line="location.line", column="location.column", rule="cop_name",
               severity="severity", bad=frozenset({"convention", "refactor", "warning", "error", "fatal"}),
               command="bundle exec rubocop"),
    LintReport(NAME="golangci-lint", KEYS=('"FromLinter"', '"Pos"'), rows=listed("Issues"), message="Text",
               file="Pos.Filename", line="Pos.Line", column="Pos.Column", rule="FromLinter"),
    LintReport(NAME="pyright", KEYS=('"generalDiagnostics"',), rows=listed("generalDiagnostics"), message="message",
               file="file", line="range.start.line", column="range.start.character", rule="rule", offset=1,
               severity="severity", type=FailureType.BUILD, command="pyright"),
    LintReport(NAME="ruff", KEYS=('"filename"', '"location"', '"row"'), rows=listed(), message="message",
               file="filename", line="location.row", column="location.column", rule="code",
               suggestion="fix.message", command="ruff check"),
    LintReport(NAME="pylint", KEYS=('"message-id"', '"symbol"'), rows=listed(), message="message", file="path",
               line="line", column="column", rule="symbol", column_offset=1, command="pylint"),
    LintReport(NAME="pylint", KEYS=('"messageId"', '"symbol"'), rows=listed("messages"), message="message",
               file="path", line="line", column="column", rule="symbol", column_offset=1, command="pylint"),
    LintReport(NAME="bandit", KEYS=('"issue_text"', '"test_id"'), rows=listed("results"), message="issue_text",
               file="filename", line="line_number", column="col_offset", rule="test_id", column_offset=1,
               command="bandit"),
    LintReport(NAME="phpstan", KEYS=('"file_errors"', '"files"'), rows=keyed("files", "messages"), message="message",
               line="line", rule="identifier", suggestion="tip", command="vendor/bin/phpstan analyse"),
    LintReport(NAME="phpcs", KEYS=('"files"', '"messages"', '"fixable"'), rows=keyed("files", "messages"),
               message="message", line="line", column="column", rule="source", severity="type",
               command="vendor/bin/phpcs"),
    LintReport(NAME="psalm", KEYS=('"line_from"', '"file_name"'), rows=listed(), message="message", file="file_name",
               line="line_from", column="column_from", rule="type", severity="severity", type=FailureType.BUILD),
    LintReport(NAME="hadolint", KEYS=('"level"', '"code"', '"file"', '"DL'), rows=listed(), message="message",
               file="file", line="line", column="column", rule="code", severity="level",
               bad=frozenset({"error", "warning", "info"}), command="hadolint"),
    LintReport(NAME="shellcheck", KEYS=('"comments"', '"level"', '"code"'), rows=listed("comments"), message="message",
               file="file", line="line", column="column", rule="code", prefix="SC", command="shellcheck"),
    LintReport(NAME="shellcheck", KEYS=('"level"', '"code"', '"endColumn"'), rows=listed(), message="message",
               file="file", line="line", column="column", rule="code", prefix="SC", command="shellcheck"),
    LintReport(NAME="actionlint", KEYS=('"filepath"', '"snippet"', '"kind"'), rows=listed(), message="message",
               file="filepath", line="line", column="column", rule="kind", type=FailureType.CONFIG,
               command="actionlint"),
    LintReport(NAME="semgrep", KEYS=('"check_id"', '"extra"', '"results"'), rows=listed("results"),
               message="extra.message", file="path", line="start.line", column="start.col", rule="check_id",
               severity="extra.severity"),
    LintReport(NAME="checkov", KEYS=('"failed_checks"',), rows=listed("results.failed_checks"), message="check_name",
               file="file_path", line="file_line_range.0", rule="check_id"),
    LintReport(NAME="oxlint", KEYS=('"diagnostics"', '"labels"', '"filename"'), rows=listed("diagnostics"),
               message="message", file="filename", line="labels.0.span.line", column="labels.0.span.column",
               rule="code", severity="severity", suggestion="help"),
    LintReport(NAME="biome", KEYS=('"diagnostics"', '"category"', '"advices"'), rows=listed("diagnostics"),
               message="description", file="location.path.file", line="", rule="category", severity="severity"),
    LintReport(NAME="reviewdog", KEYS=('"diagnostics"', '"location"', '"path"'), rows=listed("diagnostics"),
               message="message", file="location.path", line="location.range.start.line",
               column="location.range.start.column", rule="code.value", severity="severity"),
    LintReport(NAME="swiftlint", KEYS=('"rule_id"', '"reason"', '"character"'), rows=listed(), message="reason",
               file="file", line="line", column="character", rule="rule_id", severity="severity"),
    LintReport(NAME="tslint", KEYS=('"ruleName"', '"startPosition"'), rows=listed(), message="failure", file="name",
               line="startPosition.line", column="startPosition.character", rule="ruleName", offset=1,
               severity="ruleSeverity"),
    LintReport(NAME="tflint", KEYS=('"issues"', '"rule"', '"range"'), rows=listed("issues"), message="message",
               file="range.filename", line="range.start.line", column="range.start.column", rule="rule.name",
               severity="rule.severity"),
    LintReport(NAME="markdownlint", KEYS=('"ruleNames"', '"lineNumber"'), rows=listed(), message="ruleDescription",
               file="fileName", line="lineNumber", rule="ruleNames.0"),
    LintReport(NAME="ktlint", KEYS=('"errors"', '"rule"', '"column"', '"file"'), rows=grouped("", "file", "errors"),
               message="message", line="line", column="column", rule="rule"),
    LintReport(NAME="credo", KEYS=('"issues"', '"line_no"'), rows=listed("issues"), message="message",
               file="filename", line="line_no", column="column", rule="check"),
    LintReport(NAME="brakeman", KEYS=('"warnings"', '"warning_type"'), rows=listed("warnings"), message="message",
               file="file", line="line", rule="warning_type"),
    LintReport(NAME="vale", KEYS=('"Severity"', '"Check"', '"Span"'), rows=keyed("", ""), message="Message",
               line="Line", column="Span.0", rule="Check", severity="Severity"),
    LintReport(NAME="sonar", KEYS=('"issues"', '"primaryLocation"'), rows=listed("issues"),
               message="primaryLocation.message", file="primaryLocation.filePath",
               line="primaryLocation.textRange.startLine", rule="ruleId", severity="severity",
               bad=frozenset({"blocker", "critical", "major"})),
    LintReport(NAME="code-quality", KEYS=('"check_name"', '"location"', '"fingerprint"'), rows=listed(),
               message="description", file="location.path", line="location.lines.begin|location.positions.begin.line", column="location.positions.begin.column", rule="check_name",
               severity="severity", bad=frozenset({"blocker", "critical", "major", "minor"})),
    LintReport(NAME="cargo-audit", KEYS=('"vulnerabilities"', '"advisory"'), rows=listed("vulnerabilities.list"),
               message="advisory.title", line="", rule="advisory.id", type=FailureType.DEPENDENCY),
    LintReport(NAME="npm audit", KEYS=('"auditReportVersion"', '"vulnerabilities"'), rows=listed("vulnerabilities"),
               message="via.0.title", line="", rule="name", type=FailureType.DEPENDENCY),
    LintReport(NAME="pip-audit", KEYS=('"dependencies"', '"vulns"'), rows=grouped("dependencies", "", "vulns"),
               message="description", line="", rule="id", type=FailureType.DEPENDENCY),
    LintReport(NAME="trivy", KEYS=('"SchemaVersion"', '"VulnerabilityID"'),
               rows=grouped("Results", "Target", "Vulnerabilities"), message="Title", line="",
               rule="VulnerabilityID", severity="Severity", bad=frozenset({"critical", "high"}),
               type=FailureType.DEPENDENCY),
)  # fmt: skip
