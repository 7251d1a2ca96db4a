package dev.tenon.toolbox.process;

import dev.tenon.toolbox.RefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which programs may run. A program is named, never given by a path; it is looked for in the folders that were in the search path when the tools were made, and never in the working folder.
 * Immutable.
 *
 * @param allowed by name, with the first arguments that are allowed (none: all); empty where any program may run
 * @param denied names that may never run
 */
record Programs(Map<String, Set<String>> allowed, Set<String> denied, List<Path> folders) {
    /** Programs that run other programs by their arguments, or become somebody else: with them a list of names means nothing. */
    static final Set<String> LAUNCHERS = Set.of(
            "sh",
            "bash",
            "dash",
            "zsh",
            "ksh",
            "mksh",
            "csh",
            "tcsh",
            "fish",
            "ash",
            "rbash",
            "busybox",
            "toybox",
            "env",
            "xargs",
            "parallel",
            "nohup",
            "setsid",
            "timeout",
            "nice",
            "ionice",
            "stdbuf",
            "time",
            "watch",
            "script",
            "expect",
            "sudo",
            "su",
            "doas",
            "pkexec",
            "runuser",
            "chroot",
            "unshare",
            "nsenter",
            "setpriv",
            "capsh",
            "bwrap",
            "firejail",
            "ssh",
            "scp",
            "sftp",
            "telnet",
            "nc",
            "ncat",
            "netcat",
            "socat",
            "docker",
            "podman",
            "kubectl",
            "systemctl",
            "systemd-run",
            "service",
            "at",
            "batch",
            "crontab",
            "python",
            "perl",
            "ruby",
            "node",
            "php",
            "lua",
            "awk",
            "gawk",
            "mawk",
            "sed",
            "tclsh",
            "java",
            "jshell",
            "gdb",
            "strace",
            "ltrace",
            "ld.so",
            "vi",
            "vim",
            "ed",
            "ex",
            "emacs",
            "nano",
            "less",
            "more",
            "man",
            "git",
            "tar",
            "zip",
            "find",
            "make",
            "npm",
            "npx",
            "pip",
            "gcc",
            "cc",
            "kill",
            "killall",
            "pkill",
            "reboot",
            "shutdown",
            "halt",
            "poweroff",
            "mkfs",
            "dd",
            "mount",
            "umount",
            "insmod",
            "modprobe",
            "iptables",
            "passwd",
            "useradd",
            "usermod",
            // some that start others by an argument nobody thinks of
            "ld",
            "ld-linux",
            "ld-linux-x",
            "ldd",
            "setarch",
            "linux",
            "i386",
            "x86_64",
            "uname26",
            "taskset",
            "chrt",
            "prlimit",
            "choom",
            "flock",
            "catchsegv",
            "run-parts",
            "start-stop-daemon",
            "unbuffer",
            "tmux",
            "screen",
            "dtach",
            "abduco",
            "fakeroot",
            "proot",
            "valgrind",
            "perf",
            "newgrp",
            "sg",
            "gosu",
            "su-exec",
            "tini",
            "dumb-init",
            "ip",
            "rsync",
            "cpio",
            "pax",
            "split",
            "sort",
            "sqlite",
            "psql",
            "mysql",
            "mariadb",
            "ftp",
            "lftp",
            "m4",
            "dc",
            "nawk",
            "original-awk",
            "pwsh",
            "rscript",
            "r",
            "julia",
            "guile",
            "sbcl",
            "ghc",
            "runghc",
            "erl",
            "elixir",
            "iex",
            "scala",
            "kotlin",
            "groovy",
            "dotnet",
            "mono",
            "wine",
            "deno",
            "bun",
            "tsx",
            "ts-node",
            "yarn",
            "pnpm",
            "corepack",
            "uv",
            "uvx",
            "pipx",
            "poetry",
            "conda",
            "cargo",
            "rustc",
            "go",
            "mvn",
            "gradle",
            "ant",
            "cmake",
            "ctest",
            "ninja",
            "meson",
            "bazel",
            "scons",
            "g++",
            "c++",
            "clang",
            "as",
            "ctags",
            "view",
            "rview",
            "rvim",
            "vimdiff",
            "nvim",
            "nvi",
            "pico",
            "joe",
            "micro",
            "most",
            "pg",
            "hg",
            "svn",
            "git-shell",
            "ssh-agent",
            "sshpass",
            "entr",
            "apt",
            "apt-get",
            "dpkg",
            "snap",
            "flatpak",
            "qemu",
            "nerdctl",
            "ctr",
            "runc",
            "crun",
            "lxc",
            "machinectl",
            "loginctl",
            "busctl",
            "dbus-send",
            "dbus-run-session",
            "gdbus",
            "xdg-open",
            "open",
            "osascript",
            "logrotate",
            "debugfs",
            "openssl");

    Programs {
        allowed = java.util.Collections.unmodifiableMap(new TreeMap<>(allowed));
        denied = Set.copyOf(denied);
        folders = List.copyOf(folders);
    }

    /** The folders of this process's search path, without those in the working folder. */
    static List<Path> searchPath(Path working) {
        String path = System.getenv("PATH");
        return searchPath(path == null ? "/usr/bin:/bin" : path, working);
    }

    static List<Path> searchPath(String path, Path working) {
        List<Path> folders = new ArrayList<>();
        for (String each : path.split(File.pathSeparator)) {
            Path folder = Path.of(each);
            if (folder.isAbsolute() && Files.isDirectory(folder) && !isWithin(folder, working)) {
                folders.add(folder);
            }
        }
        return folders;
    }

    /** What a model may write must not be what runs. */
    private static boolean isWithin(Path folder, Path working) {
        try {
            return folder.toRealPath().startsWith(working.toRealPath());
        } catch (IOException e) {
            return true;
        }
    }

    /** A name as lists compare it: {@code python3.11} is {@code python}. */
    private static String family(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replaceFirst("[-.]?[0-9][-0-9.]*(?:\\.so\\.[0-9]+)?$", "")
                .replaceFirst("\\.exe$", "");
    }

    private boolean isDenied(String name) {
        return denied.contains(name) || denied.contains(name.toLowerCase(Locale.ROOT)) || denied.contains(family(name));
    }

    /** The program's path; it is called by the name it was asked for, since some act by it. */
    Path find(List<String> command) {
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw refused("no program is named");
        }
        String name = command.get(0);
        String shown = RefusedException.shown(name);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")) {
            throw refused("\"" + shown + "\" is no program's plain name");
        }
        Set<String> first = allowed.get(name);
        if (!allowed.isEmpty() && first == null) {
            throw refused("the program \"" + shown + "\" is not on the list");
        }
        if (denied.contains(name) || first == null && isDenied(name)) {
            throw refused("the program \"" + shown + "\" is denied");
        }
        if (first != null && !first.isEmpty() && (command.size() < 2 || !first.contains(command.get(1)))) {
            throw new RefusedException(
                    "process.arguments",
                    "the first argument of \"" + shown + "\" is "
                            + (command.size() < 2 ? "missing" : "\"" + RefusedException.shown(command.get(1)) + "\""),
                    "as first argument one of "
                            + String.join(", ", first.stream().sorted().toList()));
        }
        Path found = locate(name).orElseThrow(() -> refused("the program \"" + shown + "\" is not installed here"));
        try {
            Path real = found.toRealPath();
            Path file = real.getFileName();
            if (first == null && file != null && isDenied(file.toString())) {
                throw refused("the program \"" + shown + "\" is another name of \"" + file + "\", which is denied");
            }
        } catch (IOException e) {
            throw refused("the program \"" + shown + "\" cannot be looked at");
        }
        return found;
    }

    Optional<Path> locate(String name) {
        for (Path folder : folders) {
            Path candidate = folder.resolve(name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private RefusedException refused(String why) {
        String may = allowed.isEmpty()
                ? "the name of an installed program, without a path, that neither starts others nor is denied"
                : "one of " + String.join(", ", allowed.keySet());
        return new RefusedException("process.program", why, may);
    }
}
