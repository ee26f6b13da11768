"""Every setting of the application, in one typed table."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gisapp.errors import SettingsError

CONFIG_VARIABLE = "GISAPP_CONFIG"
DEFAULT_CONFIG = "gisapp.toml"


class Settings(BaseSettings):
    """Settings from, in rising order: defaults, ``gisapp.toml``, ``GISAPP_*`` variables.

    The file is ``gisapp.toml`` in the working directory, or the one that the variable
    ``GISAPP_CONFIG`` names.
    """

    model_config = SettingsConfigDict(env_prefix="GISAPP_", extra="forbid")

    dir: Path = Field(Path(), description="站点目录，内有数据库与路网 / Folder of the site.")
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 数据库地址（含 PostGIS），形如 postgresql://用户:密码@主机/库；"
        "不设则用站点目录中的 site.gpkg / Address of a PostgreSQL database with PostGIS, as"
        " postgresql://user:password@host/database; without it the site.gpkg in `dir` is used.",
    )
    lang: Literal["zh", "en"] = Field("zh", description="界面语言 / Language of answers.")
    host: str = Field("127.0.0.1", description="监听地址 / Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="监听端口 / Port of the server.")
    threads: int = Field(16, ge=1, le=256, description="服务线程数 / Server threads.")
    heavy_workers: int = Field(
        2,
        ge=0,
        le=16,
        description="处理等时圈、导出、导入等大任务的进程数；0 为由服务线程处理"
        " / Processes for isochrones, exports, feeds and imports; 0 leaves them to the threads.",
    )
    max_connections: int = Field(
        3000,
        ge=10,
        le=60_000,
        description="同时连接数上限（每个浏览器至多约 6 个）"
        " / Most connections at once; a browser holds up to six.",
    )
    trusted_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="除 localhost、本机名、监听地址与 IP 地址外，浏览器可用来访问的主机名，"
        "逗号分隔；“.名称”含其下级，“*”为不限 / Names a browser may reach the server by, besides"
        " localhost, the machine's own, `host` and addresses in figures; joined by commas,"
        " “.name” takes all below it, “*” any.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="前置反向代理的层数，其 X-Forwarded-For 与 X-Forwarded-Proto 可信"
        " / Reverse proxies in front of the server whose X-Forwarded-For and -Proto are believed.",
    )
    session_idle_min: float = Field(
        120.0,
        gt=0,
        description="无操作多少分钟后须重新登录 / Minutes without use after which a sign-in ends.",
    )
    session_max_hours: float = Field(
        24.0,
        gt=0,
        description="登录最长有效小时数（一个值班周期）"
        " / Hours after which a sign-in ends in any case: one duty shift.",
    )
    busy_timeout_s: float = Field(
        10.0,
        ge=0,
        description="等待数据库写锁的秒数 / Seconds to wait for the database's write lock.",
    )
    max_snap_m: float = Field(
        5000.0,
        gt=0,
        description="地点到道路的最大距离，米 / Farthest a point may lie from a road, metres.",
    )
    default_turnout_s: int = Field(
        80,
        ge=0,
        description="出动准备时间未知时的假定值，秒（NFPA 1710：消防 80 秒）"
        " / Turnout assumed where a record gives none, seconds (NFPA 1710: 80 s for fire).",
    )
    max_upload_mb: int = Field(
        50, ge=1, le=2000, description="导入文件的大小上限，MB / Largest file to import, MB."
    )
    max_proposals: int = Field(
        50, ge=1, description="一次调派最多给出的队伍数 / Most teams in one proposal."
    )
    attachment_mb: int = Field(
        10, ge=1, le=100, description="单个附件的最大字节数，MB / Largest attachment, MB."
    )

    backup_dir: Path = Field(
        Path("backups"),
        description="夜间备份的目录，相对于站点目录；宜设在另一块磁盘上"
        " / Folder of the nightly backups, below `dir` unless absolute; best on another disk.",
    )
    backups_kept: int = Field(
        14, ge=1, le=3660, description="保留的夜间备份份数 / Nightly backups that are kept."
    )
    positions_kept_days: int = Field(
        90,
        ge=8,
        le=3660,
        description="力量位置的保留天数 / Days for which positions of units are kept.",
    )
    refusals_kept_days: int | None = Field(
        None,
        ge=184,
        description="被拒绝请求的计数保留天数，不设则一直保留（《网络安全法》：网络日志留存不少于六个月）"
        " / Days for which counts of refused requests are kept, all of them where not set; the"
        " Cybersecurity Law asks for six months of logs at least.",
    )

    @property
    def backup_folder(self) -> Path:
        """Where the nightly backups lie."""
        return self.dir / self.backup_dir

    @property
    def server_url(self) -> str | None:
        """The database server's address with its password, None for a file."""
        return None if self.database_url is None else self.database_url.get_secret_value()

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, given: SecretStr | None) -> SecretStr | None:
        if given is None or given.get_secret_value() == "":
            return None
        if not given.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("not postgresql://…")
        return given

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """A variable holds a list as a text joined by commas."""
        if not isinstance(given, str):
            return given
        return [name.strip() for name in given.split(",") if name.strip()]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the variables above the file."""
        path = Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path))


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Parameters
    ----------
    **overrides
        Values from a command line; None means not given.

    Raises
    ------
    SettingsError
        The file is no TOML, or a value is unknown or out of range.
    """
    path = os.environ.get(CONFIG_VARIABLE)
    if path and not Path(path).is_file():
        raise SettingsError("settings.no_file", path=path, variable=CONFIG_VARIABLE)
    given = {name: value for name, value in overrides.items() if value is not None}
    # CONFIG is where the file is, not a setting in it.
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings.not_toml", detail=str(error)) from error
    except ValidationError as error:
        faults = error.errors()
        names = {str(fault["loc"][0]) for fault in faults if fault["loc"]}
        told = [_fault(fault) for fault in faults]
        faults_zh, faults_en = "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)
        raise SettingsError(
            "settings.bad_value",
            faults_zh=faults_zh,
            faults_en=faults_en,
            file=DEFAULT_CONFIG,
            names=sorted(names),
        ) from None  # the original repeats values, and an address holds a password


def load_what_can_be_used(**overrides: object) -> tuple[Settings, SettingsError | None]:
    """Read the settings with the default in the place of each that cannot be used.

    Returns
    -------
    Settings
    SettingsError or None
        What is wrong with the others.
    """
    try:
        return load_settings(**overrides), None
    except SettingsError as error:
        wrong = error
    given = {name: value for name, value in overrides.items() if value is not None}
    named = wrong.params.get("names")
    for name in named if isinstance(named, list) else ():
        if name in Settings.model_fields:
            given[name] = Settings.model_fields[name].default
    try:
        return Settings(**given), wrong  # type: ignore[arg-type]
    except (ValidationError, tomllib.TOMLDecodeError):  # the file itself cannot be used
        return Settings.model_construct(None, **given), wrong


def _fault(fault: ErrorDetails) -> tuple[str, str]:
    """One setting that cannot be used, in Chinese and in English."""
    name = ".".join(str(part) for part in fault["loc"])
    field = Settings.model_fields.get(name)
    if field is None:
        return f"没有名为 {name} 的设置", f"there is no setting called {name}"
    variable = f"GISAPP_{name.upper()}"
    shown = variable if variable in os.environ else name
    is_secret = SecretStr in get_args(field.annotation)
    value = "" if is_secret else f" = {fault['input']}"
    zh, en = _expected(field)
    return f"{shown}{value}，应为{zh}", f"{shown}{value}, must be {en}"


def _expected(field: FieldInfo) -> tuple[str, str]:
    """Say what a setting may be, in Chinese and in English."""
    if SecretStr in get_args(field.annotation):
        form = "postgresql://user:password@host/database"
        return f" {form}", form
    if get_origin(field.annotation) is Literal:
        choices = get_args(field.annotation)
        return f" {'、'.join(choices)} 之一", f"one of {', '.join(choices)}"
    limits = {
        side: getattr(limit, side)
        for limit in field.metadata
        for side in ("gt", "ge", "le")
        if getattr(limit, side, None) is not None
    }
    zh, en = ("整数", "a whole number") if field.annotation is int else ("数字", "a number")
    match limits:
        case {"ge": low, "le": high}:
            return f" {low}–{high} 的{zh}", f"{en} between {low} and {high}"
        case {"ge": low}:
            return f"不小于 {low} 的{zh}", f"{en}, {low} or more"
        case {"gt": low}:
            return f"大于 {low} 的{zh}", f"{en} above {low}"
    return ("文字", "a text") if field.annotation not in {int, float} else (zh, en)


def settings_table() -> str:
    """The settings as a Markdown table, the text of ``docs/settings.md``."""
    rows = ["| 设置 setting | 变量 variable | 默认 default | 含义 meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        rows.append(f"| `{name}` | `GISAPP_{name.upper()}` | `{default}` | {field.description} |")
    return "\n".join(rows) + "\n"
