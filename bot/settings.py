"""Everything the environment tells us, read once (prefix `SELFHEAL_`)."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Backend = Literal["auto", "bwrap", "none"]


class Settings(BaseSettings):
    """The operator's settings; secrets never show in `repr`, `--help`, logs or `doctor`."""

    model_config = SettingsConfigDict(
        env_prefix="SELFHEAL_", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Field(default=Path("~/.local/share/selfheal"), description="state and mirrors")
    database_url: str = Field(default="", description="empty = a SQLite file under the data dir")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, validation_alias=AliasChoices("SELFHEAL_PORT", "PORT"))
    public_url: str = Field(default="", description="where people reach the case pages")
    dashboard_token: SecretStr = Field(
        default=SecretStr(""), description="empty = pages on loopback only"
    )

    github_app_id: str = ""
    github_private_key: SecretStr = SecretStr("")
    github_private_key_file: Path | None = None
    github_webhook_secret: SecretStr = SecretStr("")
    github_api_url: str = "https://api.github.com"
    github_url: str = "https://github.com"

    anthropic_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("SELFHEAL_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
    )
    anthropic_base_url: str = "https://api.anthropic.com"
    models: str = Field(
        default="claude-sonnet-5-5,claude-sonnet-5-5,claude-opus-5-5",
        description="the ladder: model of the first, second, … attempt",
    )

    sandbox: Backend = "auto"
    toolchain: str = Field(
        default="", description="folders mounted read-only into the box, ':'-separated"
    )
    usd_per_day: float = 50.0
    usd_per_month: float = 1000.0
    workers: int = Field(default=4, ge=1, le=64)
    executor_id: str = "selfheal-0"
    poll_s: float = Field(default=0.25, gt=0, description="how often queues are looked at")
    log_format: Literal["json", "console"] = "json"

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return self.data_dir.expanduser().resolve()

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'selfheal.db'}"

    @property
    def ladder(self) -> tuple[str, ...]:
        """The models, one an attempt."""
        return tuple(name.strip() for name in self.models.split(",") if name.strip())

    def private_key(self) -> str:
        """The App's private key in PEM; "" when none is set."""
        if self.github_private_key_file is not None:
            return self.github_private_key_file.expanduser().read_text()
        return self.github_private_key.get_secret_value()
