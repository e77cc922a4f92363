"""Runs a command under the restrictions of a systemd unit, where no systemd runs.

Usage: confine.py UNIT STATE_FOLDER ACCOUNT COMMAND…

For root, in a mount namespace of its own. The restrictions are read from the unit and applied by
the kernel's own means; those that only a running systemd can apply are left out (devices, /proc,
namespaces, cgroups). Needs Debian's python3-seccomp.
"""
import ctypes
import os
import pwd
import resource
import subprocess
import sys

import seccomp

PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 38, 65


def settings(unit):
    """Every setting's values, in order."""
    found = {}
    with open(unit, encoding="utf-8") as file:
        for line in file:
            name, separator, value = line.strip().partition("=")
            if separator and not name.startswith("#"):
                found.setdefault(name, []).append(value)
    return found


def calls(group, known={}):
    """The system calls of a systemd group, with the groups in it."""
    if not group.startswith("@"):
        return {group}
    if group not in known:
        text = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True,
                              capture_output=True, text=True).stdout
        members = [line.strip() for line in text.splitlines()[1:]]
        known[group] = set().union(*(calls(name) for name in members
                                     if name and not name.startswith("#")))
    return known[group]


def allowed(filters):
    """The first filter says what may be called; the ones with a tilde take away from it."""
    names = set()
    for text in filters:
        for group in text.lstrip("~").split():
            if text.startswith("~"):
                names -= calls(group)
            else:
                names |= calls(group)
    return names


def filter_calls(unit):
    denied = seccomp.ERRNO(1)  # EPERM, as SystemCallErrorNumber says
    rules = seccomp.SyscallFilter(denied)
    for name in sorted(allowed(unit["SystemCallFilter"])):
        try:
            if name != "socket":
                rules.add_rule(seccomp.ALLOW, name)
        except (RuntimeError, ValueError):
            pass  # A call of another architecture or of a newer kernel.
    for family in unit["RestrictAddressFamilies"][0].split():
        number = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}[family]
        rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, number))
    rules.load()


def hide_the_system(state):
    """ProtectSystem=strict, ProtectHome=yes and PrivateTmp=yes."""
    for command in (["mount", "--make-rprivate", "/"], ["mount", "--bind", state, state],
                    ["mount", "-o", "remount,bind,ro", "/"],
                    *(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmp", folder]
                      for folder in ("/tmp", "/var/tmp"))):
        subprocess.run(command, check=True)


def main():
    path, state, account, *command = sys.argv[1:]
    unit = settings(path)
    assert unit["SystemCallErrorNumber"] == ["EPERM"] and unit["ProtectSystem"] == ["strict"]
    hide_the_system(state)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = min(int(unit["LimitNOFILE"][0]), most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    entry = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.umask(int(unit["UMask"][0], 8))
    os.chdir(state)
    kernel = ctypes.CDLL(None, use_errno=True)
    assert unit["NoNewPrivileges"] == unit["MemoryDenyWriteExecute"] == ["yes"]
    assert kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert kernel.prctl(PR_SET_MDWE, 1, 0, 0, 0) == 0, "the kernel is older than 6.3"
    filter_calls(unit)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
