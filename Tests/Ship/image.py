"""Makes what the Dockerfile describes without Docker: a folder with Debian in it, in which the
instructions of a stage are carried out, and in which the program can be run as the image would.

For root, in a mount namespace of its own (`unshare --mount`): what is mounted here is gone with it.
"""
import os
import shutil
import subprocess
from pathlib import Path

import dockerfile

# What Debian's slim images leave out, and with them every package installed later.
LEFT_OUT = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/groff/*",
            "/usr/share/lintian/*", "/usr/share/linda/*", "/usr/share/locale/*"]
SOURCES = """\
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
"""
# As in Debian's images: what was downloaded to be installed is not kept.
KEPT_NOTHING = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""


class Image:
    """A root folder on its way through the stages. `binary` stands for the build stage."""

    def __init__(self, root, binary):
        self.root = Path(root)
        self.binary = binary
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.account = "0:0"
        self.folder = "/"

    # Making it

    def bootstrap(self):
        """Debian's smallest system, as slim as its slim image."""
        host(["debootstrap", "--variant=minbase", "bookworm", self.root,
              "http://deb.debian.org/debian"])
        rules = [f"path-exclude {path}" for path in LEFT_OUT]
        rules.append("path-include /usr/share/doc/*/copyright")
        self.write("etc/dpkg/dpkg.cfg.d/docker", "\n".join(rules) + "\n")
        self.write("etc/apt/sources.list", SOURCES)
        self.write("etc/apt/apt.conf.d/docker-clean", KEPT_NOTHING)
        # No service starts while packages are installed.
        self.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n").chmod(0o755)
        for path in LEFT_OUT:
            for found in self.root.glob(path.lstrip("/")):
                shutil.rmtree(found) if found.is_dir() else found.unlink()
        self.run(["apt-get", "clean"])

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def mount(self):
        """What a container's engine brings: processes, devices, the way to names."""
        host(["mount", "--bind", self.root, self.root])
        host(["mount", "-t", "proc", "proc", self.root / "proc"])
        host(["mount", "--rbind", "/dev", self.root / "dev"])
        for name in ("etc/resolv.conf", "etc/hosts"):
            shutil.copyfile("/" + name, self.root / name)

    def carry_out(self, stage):
        for word, text in stage.instructions:
            getattr(self, word.lower(), self.note)(text)

    def note(self, text):
        """ARG, LABEL, SHELL, VOLUME, EXPOSE, STOPSIGNAL and so on change no file."""

    def run(self, words):
        command = words if isinstance(words, list) else ["bash", "-euo", "pipefail", "-c", words]
        # SNAPSHOT is an ARG whose default is nothing.
        host(self.inside(command, SNAPSHOT=""))

    def copy(self, text):
        origin, sources, target = dockerfile.copy(text)
        place = self.root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if origin:
            shutil.copy2(self.binary, place)
        for source in [] if origin else sources:
            assert dockerfile.is_sent(source), f".dockerignore keeps {source} from Docker"
            host(["cp", "-a", "--no-preserve=ownership", dockerfile.ROOT / source, place])

    def env(self, text):
        self.environment |= dockerfile.environment(text)

    def workdir(self, text):
        (self.root / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
        self.folder = text

    def user(self, text):
        self.account = text

    # Running it

    def inside(self, command, **environment):
        """The command that runs one in the image, with nothing of the caller's environment."""
        settings = [f"{name}={value}" for name, value in
                    (self.environment | environment).items() if value is not None]
        inner = 'cd "$0" && exec "$@"'
        return ["chroot", f"--userspec={self.account}", str(self.root), "/usr/bin/env", "-i",
                *settings, "/bin/sh", "-c", inner, self.folder, *map(str, command)]

    def close(self):
        """From here on as `read_only: true` and `tmpfs: [/tmp]` have it; /data stays writable."""
        data = self.root / "data"
        host(["mount", "--bind", data, data])
        host(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmp", self.root / "tmp"])
        host(["mount", "-o", "remount,bind,ro", self.root])

    def size(self):
        """Bytes of its files, without what is mounted into it."""
        done = subprocess.run(["du", "-sxb", self.root], capture_output=True, text=True)
        return int(done.stdout.split()[0])


def host(command, **options):
    done = subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        **options)
    assert done.returncode == 0, (
        f"{' '.join(map(str, command))[:300]}: status {done.returncode}\n"
        f"{done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout
