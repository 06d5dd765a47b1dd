import asyncio
import json
import os
import sys
from pathlib import Path

KEY = "-----BEGIN NOT A KEY-----very-secret-key"
SECRET = "very-secret-webhook-secret"


async def doctor(home: Path, *arguments: str, **settings: str) -> tuple[int | None, str, str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "SELFHEAL_DATA_DIR": str(home / "data"),
        "SELFHEAL_GITHUB_API_URL": "http://127.0.0.1:9",
        "SELFHEAL_GITHUB_APP_ID": "7",
        "SELFHEAL_GITHUB_PRIVATE_KEY": KEY,
        "SELFHEAL_GITHUB_WEBHOOK_SECRET": SECRET,
        **settings,
    }
    if measured := os.environ.get("COVERAGE_PROCESS_CONFIG"):
        environment["COVERAGE_PROCESS_CONFIG"] = measured
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    output, error = await process.communicate()
    return process.returncode, output.decode(), error.decode()


async def test_every_fault_is_told_with_its_remedy_and_no_secret(tmp_path: Path) -> None:
    code, output, error = await doctor(tmp_path)

    assert code == 1
    assert "fail  app key" in output
    assert "fail  github" in output
    assert "ok    database" in output
    assert "very-secret" not in output + error


async def test_the_document_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    code, output, _ = await doctor(tmp_path, "--json")

    document = json.loads(output)
    states = {check["name"]: check["state"] for check in document["checks"]}
    assert (code, document["schema"], document["ok"]) == (1, "selfheal.doctor/v1", False)
    assert states["webhook secret"] == "ok"
    assert states["git"] == "ok"


async def test_a_setting_that_cannot_be_read_is_named_but_not_shown(tmp_path: Path) -> None:
    code, output, error = await doctor(tmp_path, SELFHEAL_WORKERS="very-secret-number")

    assert code == 1
    assert "SELFHEAL_WORKERS: " in output
    assert "very-secret" not in output + error
