"""`serve`, `web` and `worker`: what is wrong with the set-up is one line, and exit code 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import running
from bot.core.errors import ConfigError
from bot.lab.lab import Lab
from bot.settings import Settings

APP = {"SELFHEAL_GITHUB_APP_ID": "1", "SELFHEAL_GITHUB_PRIVATE_KEY": "very-secret"}


def start(command: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SELFHEAL_DATA_DIR": str(home / "data"),
        **settings,
    }
    if measured := os.environ.get("COVERAGE_PROCESS_CONFIG"):
        environment["COVERAGE_PROCESS_CONFIG"] = measured
    return subprocess.run(
        [sys.executable, "-m", "bot", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_key_that_is_none_is_one_line_that_does_not_show_it(command: str, tmp_path: Path) -> None:
    done = start(command, tmp_path, **APP)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "selfheal: github: the App's private key cannot be used; "
        "`selfheal doctor` says the remedy\n"
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "SELFHEAL_GITHUB_APP_ID"),
        ({"PORT": "none"}, "PORT: Input should be a valid integer"),
        ({"SELFHEAL_PORT": "70000"}, "SELFHEAL_PORT"),
        ({"SELFHEAL_LOG_FORMAT": "xml"}, "SELFHEAL_LOG_FORMAT: Input should be 'json'"),
        ({"SELFHEAL_GITHUB_API_URL": "github.example"}, "SELFHEAL_GITHUB_API_URL"),
        ({"SELFHEAL_GITHUB_PRIVATE_KEY_FILE": "/nowhere.pem"}, "/nowhere.pem: No such file"),
        ({"SELFHEAL_DATA_DIR": "/dev/null"}, "SELFHEAL_DATA_DIR: /dev/null cannot be used"),
        ({"SELFHEAL_DATA_DIR": "/proc/none"}, "SELFHEAL_DATA_DIR: /proc/none cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    done = start("serve", tmp_path, **settings)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert named in done.stderr


async def test_a_taken_port_and_a_missing_secret_are_told_as_settings(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with Lab(tmp_path / "github") as lab:
            settings = Settings(
                data_dir=tmp_path / "data",
                github_app_id=lab.app_id,
                github_private_key=SecretStr(lab.private_key),
                github_webhook_secret=SecretStr(lab.webhook_secret),
                github_api_url=lab.url,
                github_url=lab.url,
                sandbox="none",
                port=taken.getsockname()[1],
            )
            with pytest.raises(ConfigError, match="cannot listen on"):
                async with running(settings, work=False):
                    pass
            with pytest.raises(ConfigError, match="SELFHEAL_GITHUB_WEBHOOK_SECRET"):
                async with running(
                    settings.model_copy(update={"github_webhook_secret": SecretStr("")}),
                    work=False,
                ):
                    pass


@pytest.mark.parametrize(
    ("models", "said"), [("claude-nonsense-9", "no price is known"), ("", "names no model")]
)
async def test_a_model_that_no_cap_could_hold_is_refused_at_the_start(
    models: str, said: str, tmp_path: Path
) -> None:
    async with Lab(tmp_path / "github") as lab:
        settings = Settings(
            data_dir=tmp_path / "data",
            github_app_id=lab.app_id,
            github_private_key=SecretStr(lab.private_key),
            github_api_url=lab.url,
            github_url=lab.url,
            anthropic_api_key=SecretStr("sk-ant-none"),
            models=models,
        )
        with pytest.raises(ConfigError, match=said):
            async with running(settings, work=False):
                pass
