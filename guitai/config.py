"""Configuration: defaults < /etc/guitai/*.toml < files named with --config < environment (GUITAI__SECTION__KEY).

An unknown key, a wrong type or a value out of bounds is refused with the key's path; nothing is guessed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from guitai.config_files import from_environment, merge, read
from guitai.config_sections import Enrolment, Relays, Section, Updates, Video, Window
from guitai.errors import GuitaiError
from guitai.tables import TIMES_MS

ETC = Path("/etc/guitai")
ENV_PREFIX = "GUITAI__"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SETTABLE = frozenset(
    {
        "kiosk.branch_name", "kiosk.hotline", "kiosk.hours", "mqtt.bytes_per_s", "phrasing.enabled", "session.idle_s", "session.teller_s",
        "session.warning_s", "speech.volume_percent", "window.high_contrast", "window.large_print",
    }
)  # fmt: skip
"""Keys headquarters may set: those a kiosk takes up as it runs, and none that decides whom it trusts or what it is."""

LEAST_BYTES_PER_S = 2000
WORDS = r"^\S(.*\S)?$"
"""One line, of more than blanks."""

HOURS = r"^((([01]\d|2[0-3]):[0-5]\d)-(([01]\d|2[0-3]):[0-5]\d))?$"

Port = Annotated[int, Field(ge=1, le=65535)]


def _plain_url(url: str) -> str:
    """Return a base URL; anything but https to another machine is refused."""
    parts = urlsplit(url)
    if parts.username or parts.query or parts.fragment or not parts.hostname:
        raise ValueError("a plain base URL is wanted: no user, no query, no fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(
            "it has to begin with https://; http:// is allowed to this machine only (127.0.0.1, ::1, localhost)"
        )
    return url


class Nearest(Section):
    """The branch a customer is sent to while this machine serves nobody."""

    name: str = Field(max_length=20, title="Its name")
    minutes: int = Field(ge=1, le=120, title="On foot")
    metres: int = Field(ge=1, le=20_000, title="How far it is")
    open_until: str = Field(pattern=r"^\d{2}:\d{2}$", title="Closing time")
    note: str = Field("", max_length=24, title="What can be done there")


class Kiosk(Section):
    """Which machine this is."""

    id: str = Field("kiosk-001", pattern=r"^[a-z0-9-]{1,40}$", title="Kiosk id, also its certificate's common name")
    branch: str = Field("heping", pattern=r"^[a-z0-9-]{1,40}$", title="Branch id in topics")
    branch_name: str = Field("和平路支行", max_length=40, pattern=WORDS, title="Branch name on the screen")
    region: str = Field("浙江杭州", title="Region, compared with the card's")
    hotline: str = Field(
        "95500",
        max_length=20,
        pattern=WORDS,
        title="Hotline on slips and screens, and spoken; reviewed answers have their own words",
    )
    hours: str = Field(
        "",
        pattern=HOURS,
        title="Hours in which it serves, every day, local time (HH:MM-HH:MM, over midnight as well); empty: always",
    )
    receipts_url: str = Field(
        "",
        max_length=100,
        title="What a receipt's reference is put after in the code on the screen (https://…/r/): the bank's own service that shows receipts; empty: no code",
    )
    nearest: Nearest | None = Field(None, title="Branch to go to while this machine is out of service")

    @field_validator("receipts_url")
    @classmethod
    def _safe(cls, url: str) -> str:
        return _plain_url(url) if url else url


class Paths(Section):
    """Where files live."""

    run: Path = Field(Path("/run/guitai"), title="Sockets and rings")
    state: Path = Field(Path("/var/lib/guitai"), title="Journal, simulated machines, headquarters store")
    models: Path = Field(
        Path("/opt/guitai/models"),
        title="Models of the version in use; on a kiosk those taken in since (/var/lib/guitai/models) are read first",
    )
    keys: Path = Field(Path("/var/lib/guitai/keys"), title="Certificates and keys, mode 0700")
    keyring: Path | None = Field(
        None,
        title="What a process keeps of keys by itself (journal.keyring, journal.anchor; store.keyring); the folder of keys if not given",
    )

    @property
    def own_keys(self) -> Path:
        """Where core and headquarters keep the keys they make: outside of journal and store, and they may write there."""
        return self.keyring or self.keys


class Devices(Section):
    """Peripherals over XFS4IoT."""

    uris: tuple[Annotated[str, Field(pattern=r"^wss?://\S+$")], ...] = Field(
        (), title="Addresses of vendors' services or service publishers, instead of host and port"
    )
    users: tuple[str, ...] = Field(
        ("guitai-core",), title="Users that may connect on this machine, besides the one the services run as"
    )
    certificate: Path | None = Field(None, title="Our certificate (PEM), for devices beyond this machine")
    certificate_key: Path | None = Field(None, title="Its key (PEM)")
    pinned: Path | None = Field(None, title="The certificates (PEM) of the peers that are spoken to, and no others")
    host: str = Field("127.0.0.1", title="Service publisher's address")
    port: Port = Field(5846, title="Service publisher's port")
    simulate: bool = Field(True, title="Simulated machines with hands; false when a vendor's service provider listens")
    # Real devices that take a simulated one's place: docs/devices.md.
    card_chip: str = Field(
        "simulated", pattern=r"^(simulated|pcsc:.*)$", title="simulated, or pcsc:PART of the PC/SC reader's name"
    )
    id_reader: str = Field(
        "simulated", pattern=r"^(simulated|serial:/\S+)$", title="simulated, or serial:/dev/NAME[@BAUD]"
    )
    receipt_printer: str = Field(
        "simulated",
        pattern=r"^(simulated|escpos:serial:/\S+|escpos:tcp:[^\s:]+:\d{1,5})$",
        title="simulated, escpos:serial:/dev/NAME[@BAUD], or escpos:tcp:HOST:PORT",
    )


class Sound(Section):
    """Microphone, loudspeaker, and what only the customer hears."""

    microphone: str = Field(
        "none",
        pattern=r"^(none|hands|device|device:.+|file:.+)$",
        title="none, device, device:NAME (a part of it), device:pulse:SOURCE, file:PATH (a WAV at real speed), or hands (voices are fed)",
    )
    loudspeaker: str = Field(
        "none",
        pattern=r"^(none|device|device:.+|file:.+)$",
        title="none (paced, silent), device, device:NAME (a part of it), device:pulse:SINK, or file:PATH (what was played, as WAV)",
    )
    handset: str = Field(
        "none",
        pattern=r"^(none|device|device:.+|file:.+)$",
        title="Handset or headphone socket: none (all goes to the loudspeaker), device:NAME (a part of its ALSA card's), or file:PATH",
    )
    echo_cancellation: bool = Field(True, title="Remove the kiosk's own voice from the microphone")

    @field_validator("handset")
    @classmethod
    def _at_one_ear(cls, handset: str) -> str:
        if handset == "device" or handset.startswith("device:pulse:"):
            raise ValueError(
                "a sound server moves what was said into a handset to the loudspeaker when the handset goes; "
                "name its ALSA card: device:guitai-handset, see python -m sounddevice"
            )
        return handset


class Camera(Section):
    """The customer camera."""

    source: str = Field(
        "none",
        title="none, a device (/dev/guitai/camera-customer, /dev/v4l/by-id/…, or its number), a stream (rtsp://…), or a film",
    )
    width: int = Field(640, ge=160, le=1920)
    height: int = Field(480, ge=120, le=1080)
    fps: int = Field(10, ge=1, le=30, title="Frames per second put into the ring")


class Speech(Section):
    """Ears and voice."""

    asr: str = Field("whisper", title="whisper, vosk, or the URI of a Wyoming server (tcp://, unix://)")
    tts: str = Field("kokoro", title="kokoro, pyttsx3, or the URI of a Wyoming server")
    voice_zh: str = Field("zf_xiaobei", title="Mandarin voice")
    voice_en: str = Field("af_heart", title="English voice")
    threads: int = Field(2, ge=1, le=8, title="Threads of one model run")
    volume_percent: int = Field(100, ge=50, le=200, title="How loud the voice is; 100 is as it was made")


class Vision(Section):
    """Eyes."""

    enabled: bool = True
    detect_fps: int = Field(5, ge=1, le=30, title="Pictures looked at per second while somebody is there")
    landmarks: Literal["mediapipe", "openvino"] = Field(
        "openvino", title="What finds landmarks for the expression; a liveness check always asks mediapipe"
    )


class Bank(Section):
    """The bank host."""

    url: str = Field("https://127.0.0.1:8443/bank/v1", title="Base URL of the host's API")
    timeout_s: float = Field(3.0, gt=0, le=30)


class Phrasing(Section):
    """The bank's own language model, which may put reviewed answers into other words (docs/knowledge.md)."""

    url: str = Field(
        "", title="Base URL of an OpenAI-compatible API (…/v1); empty: answers are said as they were reviewed"
    )
    model: str = Field("", title="Name of the model there")
    key: SecretStr = Field(SecretStr(""), title="Key of the API, if it wants one")
    enabled: bool = Field(True, title="False: answers are said as they were reviewed, though an API is named")

    @field_validator("url")
    @classmethod
    def _safe(cls, url: str) -> str:
        return _plain_url(url) if url else url

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.url and not self.model:
            raise ValueError("phrasing.model is missing: the endpoint has to be told which model")
        return self


class Mqtt(Section):
    """The broker."""

    host: str = "127.0.0.1"
    port: Port = 8883
    keepalive_s: int = Field(20, ge=5, le=300)
    bytes_per_s: int = Field(0, ge=0, title="At most so many bytes a second from kiosk to headquarters; 0: no limit")

    @field_validator("bytes_per_s")
    @classmethod
    def _carries(cls, bytes_per_s: int) -> int:
        if 0 < bytes_per_s < LEAST_BYTES_PER_S:
            raise ValueError(f"a line of less than {LEAST_BYTES_PER_S} bytes a second carries nothing; 0 is no limit")
        return bytes_per_s


class Headquarters(Section):
    """Headquarters' own process."""

    host: str = "127.0.0.1"
    port: Port = 8443
    broker_port: Port = Field(8884, title="The broker's port for headquarters alone; kiosks are let in at mqtt.port")
    broker_host: str = Field("", title="Where headquarters' own lines reach the broker; empty: mqtt.host")
    database: str = Field(
        "sqlite",
        pattern=r"^(sqlite|postgres(ql)?://\S+)$",
        title="sqlite (in paths.state), or a PostgreSQL URL without a password: ~/.pgpass or a client certificate holds that",
    )
    collectors: int = Field(1, ge=1, le=32, title="Workers that store events, each with a line and a connection")
    name: str = Field(
        "hq", pattern=r"^[a-z0-9-]{1,20}$", title="Names our connections to the broker: one of a kind on each machine"
    )

    @field_validator("database")
    @classmethod
    def _no_password(cls, database: str) -> str:
        if "password=" in database or (database != "sqlite" and urlsplit(database).password):
            raise ValueError("no password here, this is shown and logged: put it into ~/.pgpass, or use sslcert=")
        return database


class Console(Section):
    """The teller console: the bank's identity provider (OpenID Connect) says who somebody is and what they may do."""

    url: str = Field("", title="The console's address as browsers see it; empty: https://headquarters.host:port")
    issuer: str = Field("", title="The provider's issuer; empty refuses every login")
    client_id: str = Field("guitai-console", min_length=1, title="Our name at the provider")
    client_secret: SecretStr = Field(SecretStr(""), title="Our secret there; empty: a public client, by PKCE alone")

    @field_validator("url", "issuer")
    @classmethod
    def _safe(cls, url: str) -> str:
        return _plain_url(url) if url else url


class Uploads(Section):
    """Recordings and support bundles on their way to headquarters."""

    url: str = Field("https://127.0.0.1:8443/uploads/v1", title="Base URL of headquarters' uploads")
    recordings: Path | None = Field(
        None, title="Folder of the finished recordings; none: recordings, below paths.state"
    )
    timeout_s: float = Field(20.0, gt=0, le=300, title="For one chunk")


class Session(Section):
    """How long a session waits for people. For machines it waits as guitai/tables.py says, TIMES_MS."""

    idle_s: int = Field(TIMES_MS["idle"] // 1000, ge=30, le=180, title="Without a sign of the customer, until it asks")
    warning_s: int = Field(TIMES_MS["warning"] // 1000, ge=15, le=60, title="From then until it ends")
    teller_s: int = Field(TIMES_MS["teller"] // 1000, ge=60, le=900, title="For a human to come")


class Limits(Section):
    """Batches and queues."""

    outbox_batch: int = Field(200, ge=1, le=500, title="Rows of the outbox that sync takes from core at once")
    debug_log_rows: int = Field(10_000, ge=0, title="Droppable debug rows kept for headquarters")


class Retention(Section):
    """How long personal fields can be read; then their keys are destroyed (docs/journal.md). Then recordings."""

    c2_days: int = Field(180, ge=1, le=3650, title="Who somebody is, what they have, what they said")
    c3_days: int = Field(7, ge=1, le=3650, title="What tells people apart: expression, voice, face matching")
    recording_days: int = Field(
        30,
        ge=1,
        le=3650,
        title="Recordings of sales that headquarters has signed for; others are kept (docs/recordings.md)",
    )


class Config(Section):
    """Everything a process needs to know."""

    kiosk: Kiosk = Kiosk()
    paths: Paths = Paths()
    devices: Devices = Devices()
    sound: Sound = Sound()
    camera: Camera = Camera()
    speech: Speech = Speech()
    vision: Vision = Vision()
    video: Video = Video()
    window: Window = Window()
    bank: Bank = Bank()
    phrasing: Phrasing = Phrasing()
    mqtt: Mqtt = Mqtt()
    headquarters: Headquarters = Headquarters()
    console: Console = Console()
    relays: Relays = Relays()
    uploads: Uploads = Uploads()
    enrolment: Enrolment = Enrolment()
    updates: Updates = Updates()
    session: Session = Session()
    limits: Limits = Limits()
    retention: Retention = Retention()
    log_level: Literal["debug", "info", "warning", "error"] = "info"


def load(files: Iterable[Path] = (), environment: Mapping[str, str] | None = None, etc: Path = ETC) -> Config:
    """Return the merged configuration. Raises GuitaiError ``config.*`` naming the file and the key."""
    merged: dict[str, Any] = {}
    for file in [*sorted(etc.glob("*.toml")), *files]:
        merge(merged, read(file))
    merge(merged, from_environment(os.environ if environment is None else environment, ENV_PREFIX))
    return _validated(merged)


def _validated(merged: dict[str, Any]) -> Config:
    try:
        return Config.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise GuitaiError("config.unknown_key", key=key) from error
        raise GuitaiError("config.bad_value", key=key, reason=first["msg"]) from error


def with_settings(config: Config, values: Mapping[str, object]) -> Config:
    """Return the configuration with headquarters' settings over it. Raises GuitaiError ``config.*`` naming the key."""
    merged = config.model_dump()
    for key, value in values.items():
        if key not in SETTABLE:
            raise GuitaiError("config.not_settable", key=key)
        section, name = key.split(".")
        if isinstance(value, bool) != isinstance(merged[section][name], bool):
            raise GuitaiError(
                "config.bad_value", key=key, reason="true and false are no numbers, nor numbers true or false"
            )
        merged[section][name] = value
    return _validated(merged)


def dump(config: Config) -> dict[str, Any]:
    """Return the configuration as plain data with secrets masked."""
    data: dict[str, Any] = config.model_dump(mode="json")
    return data
