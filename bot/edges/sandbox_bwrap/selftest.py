"""Whether the sandbox holds here: one command that tries what must fail, before any real one."""

import secrets
import shlex

from bot.core.errors import EdgeError
from bot.edges.sandbox_bwrap.profile import Profile
from bot.edges.sandbox_bwrap.runner import Place, run

_TIMEOUT_S = 20.0
_NEEDS = "it must be 0.8 or newer, and be allowed to make user namespaces"

# Every line prints a sentence when something is possible that must not be.
_PROBES = r"""
can() { echo "PROBE $1"; }
( : > /usr/.probe ) 2>/dev/null && can "write to /usr"
( : > /.probe ) 2>/dev/null && can "write to the root folder"
( : > /etc/.probe ) 2>/dev/null && can "write to /etc"
( : >> /proc/sys/kernel/core_pattern ) 2>/dev/null && can "write the kernel's core_pattern"
( : >> /proc/sysrq-trigger ) 2>/dev/null && can "write to sysrq-trigger"
[ -e "$1" ] && can "see the bot's own files"
for path in /etc/shadow /run/systemd /var/log /root/.ssh /home/*/.ssh; do [ -e "$path" ] && can "see the host's $path"; done
tr '\0' '\n' < /proc/1/environ 2>/dev/null | grep -q . && can "read the first process's environment"
grep -aqr "$2" /proc/[0-9]*/environ 2>/dev/null && can "read the bot's environment"
[ "$(ls -d /proc/[0-9]* | wc -l)" -gt 20 ] && can "see the host's processes"
grep -q : /proc/net/dev && grep : /proc/net/dev | grep -vq ' lo:' && [ -z "$3" ] && can "use a network"
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || can "use capabilities"
grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status || can "gain privileges"
grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status || can "make any system call"
[ "$(id -u)" = 1000 ] || can "be another user"
: > .probe || echo "PROBE not write to its own checkout"
chmod 4755 .probe 2>/dev/null && can "make a set-user-id file"
unshare -U true 2>/dev/null && can "make a user namespace"
mount -t tmpfs none /tmp 2>/dev/null && can "mount"
mknod .device b 7 0 2>/dev/null && can "make a device"
rm -f .probe
echo done
"""


async def selftest(profile: Profile, place: Place) -> str:
    """Why the sandbox cannot be used; "" when it holds."""
    marker = place.tree.parent / "marker"
    marker.write_text("the bot's")
    name = secrets.token_hex(8)
    network = "yes" if profile.network else ""
    command = f"set -- {shlex.quote(str(marker))} {name} {shlex.quote(network)}\n{_PROBES}"
    try:
        result = await run(profile, place, command, _TIMEOUT_S)
    except EdgeError as exc:
        return f"bubblewrap does not work here: {exc} ({_NEEDS})"
    lines = result.text.splitlines()
    possible = [line.removeprefix("PROBE ") for line in lines if line.startswith("PROBE ")]
    if possible:
        return f"the sandbox does not hold: a command can {', '.join(possible)}"
    if not result.ok or lines[-1:] != ["done"]:
        return f"the self-test did not run: {' '.join(lines[-2:])[:200]}"
    return ""
