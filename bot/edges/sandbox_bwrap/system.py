"""The made-up /etc of a box: one folder, so one mount, and nothing of the host's but these files."""

import shutil
from contextlib import suppress
from pathlib import Path

_COPIED = (
    "alternatives", "ca-certificates", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
    "mime.types", "nsswitch.conf", "protocols", "services", "ssl/certs", "ssl/openssl.cnf",
    "timezone",
)  # fmt: skip
NOTHING = ".nothing"  # an empty file
_WRITTEN = {
    NOTHING: "",
    "passwd": "root:x:0:0::/:/bin/false\nagent:x:1000:1000::/home/agent:/bin/sh\n",
    "group": "root:x:0:\nagent:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n",
    "resolv.conf": "",
}


def build_etc(into: Path, *, network: bool) -> Path:
    """Fill a new folder with the /etc of a box; the folder comes back."""
    into.mkdir(mode=0o755)
    for name in _COPIED:
        source, target = Path("/etc") / name, into / name
        # What the host lacks or hides, the box does without.
        with suppress(OSError, shutil.Error):
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True)
            elif source.is_file():
                shutil.copyfile(source, target)
    for name, text in _WRITTEN.items():
        (into / name).write_text(text)
    if network:
        with suppress(OSError):
            shutil.copyfile("/etc/resolv.conf", into / "resolv.conf")
    for folder in (into, *(path for path in into.rglob("*") if not path.is_symlink())):
        folder.chmod(0o755 if folder.is_dir() else 0o644)
    return into
