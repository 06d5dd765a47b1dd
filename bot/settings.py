"""Everything the environment tells us, read once (prefix `SELFHEAL_`)."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import ConfigError

Backend = Literal["auto", "bwrap", "none"]
_URL = r"^https?://\S+$"


class Settings(BaseSettings):
    """The operator's settings; secrets never show in `repr`, `--help`, logs or `doctor`."""

    model_config = SettingsConfigDict(
        env_prefix="SELFHEAL_", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Field(default=Path("~/.local/share/selfheal"), description="state and mirrors")
    database_url: str = Field(default="", description="empty = a SQLite file under the data dir")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("SELFHEAL_PORT", "PORT"),
        description="port to listen on",
    )
    public_url: str = Field(default="", description="where people reach the case pages")
    dashboard_token: SecretStr = Field(
        default=SecretStr(""),
        description="empty = pages on loopback only; needed once a public URL is set",
    )

    github_app_id: str = Field(default="", description="id of the GitHub App")
    github_private_key: SecretStr = Field(
        default=SecretStr(""), description="the App's private key, in PEM"
    )
    github_private_key_file: Path | None = Field(
        default=None, description="file with the private key, instead of the key itself"
    )
    github_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="what the App signs its webhooks with"
    )
    github_api_url: str = Field(
        default="https://api.github.com",
        pattern=_URL,
        description="`https://HOST/api/v3` for an Enterprise",
    )
    github_url: str = Field(
        default="https://github.com",
        pattern=_URL,
        description="where repositories are cloned from",
    )

    anthropic_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("SELFHEAL_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        description="empty = no model: recipes and explanations only",
    )
    anthropic_base_url: str = Field(
        default="https://api.anthropic.com", pattern=_URL, description="where the model is asked"
    )
    models: str = Field(
        default="claude-sonnet-5-5,claude-sonnet-5-5,claude-opus-5-5",
        description="the ladder: model of the first, second, … attempt",
    )

    sandbox: Backend = Field(
        default="auto", description="`none` = run no code: failures are only explained"
    )
    toolchain: str = Field(
        default="", description="folders mounted read-only into the box, ':'-separated"
    )
    usd_per_day: float = Field(default=50.0, description="cap a repository, per UTC day")
    usd_per_month: float = Field(default=1000.0, description="cap over everything, per UTC month")
    workers: int = Field(default=4, ge=1, le=64, description="heals at the same time")
    executor_id: str = Field(
        default="selfheal-0", description="name of this worker; another one on each machine"
    )
    poll_s: float = Field(default=0.25, gt=0, description="how often queues are looked at")
    log_format: Literal["json", "console"] = Field(
        default="json", description="`json` or `console`"
    )

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
        """The App's private key in PEM; "" when none is set.

        Raises:
            OSError, ValueError: the file that should hold it cannot be read.
        """
        if self.github_private_key_file is not None:
            return self.github_private_key_file.expanduser().read_text()
        return self.github_private_key.get_secret_value()


def read() -> Settings:
    """The settings of this process.

    Raises:
        ConfigError: a variable cannot be used; names all that cannot.
    """
    try:
        return Settings()
    except ValidationError as exc:
        raise ConfigError("; ".join(problems(exc))) from exc


def problems(invalid: ValidationError) -> list[str]:
    """What is wrong with which variable, without its value: it may be a secret."""
    errors = invalid.errors(include_input=False, include_url=False, include_context=False)
    return [f"{_variable(error['loc'])}: {error['msg']}" for error in errors]


def _variable(location: tuple[int | str, ...]) -> str:
    """The name to correct; a setting without an alias is told by its field's name."""
    name = ".".join(map(str, location))
    prefix = Settings.model_config.get("env_prefix", "")
    return f"{prefix}{name.upper()}" if name in Settings.model_fields else name
