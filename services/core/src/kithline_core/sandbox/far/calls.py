"""Which system calls sandboxed code may make, by name and number on x86-64. What is not here is refused."""

from typing import Final

# Compute, keep memory, tell the time, draw random bytes, end. With what a run holds already: read, write, seek, close.
RUN: Final = {
    "read": 0, "write": 1, "close": 3, "lseek": 8, "pread64": 17, "readv": 19, "writev": 20, "dup": 32, "preadv": 295,
    "mprotect": 10, "munmap": 11, "brk": 12, "mremap": 25,
    "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sigaltstack": 131, "restart_syscall": 219,
    "sched_yield": 24, "nanosleep": 35,
    "getpid": 39, "getppid": 110, "gettid": 186, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108,
    "gettimeofday": 96, "time": 201,
    "getrlimit": 97, "getrusage": 98, "times": 100, "uname": 63,
    "set_robust_list": 273, "rseq": 334, "membarrier": 324, "getrandom": 318,
    "exit": 60, "exit_group": 231,
}  # fmt: skip
# While a plugin is loaded files are looked up and opened, within what Landlock leaves; and the process forks and waits.
LOAD: Final = RUN | {
    "stat": 4, "fstat": 5, "lstat": 6, "newfstatat": 262, "statx": 332, "access": 21,
    "faccessat": 269, "faccessat2": 439, "readlink": 89, "readlinkat": 267, "getdents64": 217, "getcwd": 79,
    "wait4": 61, "waitid": 247, "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47,
    "dup2": 33, "dup3": 292, "close_range": 436,
}  # fmt: skip
# A spare loads as well, but it never forks, and says what it has to say with `write`: one who sends could send descriptors.
ELSEWHERE: Final = ("wait4", "waitid", "sendto", "recvfrom", "sendmsg")
IMPORT: Final = {name: number for name, number in LOAD.items() if name not in ELSEWHERE}

OPEN, OPENAT, MMAP, FCNTL, IOCTL, PRLIMIT, PRCTL, CLONE, CLONE3 = 2, 257, 9, 72, 16, 302, 157, 56, 435
# MAP_SHARED; and MAP_LOCKED and MAP_HUGETLB, which take from what all processes of the host have together.
MAP_REFUSED: Final = 0x42001
# Of another process the answer would say that it is there.
AFFINITY: Final = 204
CORE: Final = 4  # the limit of dumps
# Two processes that have mapped the same file, to be read, could else ring each other up by an address in it.
FUTEX, FUTEX_PRIVATE = 202, 128
# Below 0 are the clocks of other processes: how much one computes would be told to another.
CLOCKS: Final = (228, 229, 230)  # clock_gettime, clock_getres, clock_nanosleep
CLOCK_OF_A_PROCESS: Final = 0x80000000
# What a process does with its own memory; nothing about the files that it shares with others.
MADVISE, ADVICE = 28, (0, 1, 2, 3, 4, 8, 14, 15)
# O_WRONLY, O_RDWR, O_CREAT, O_TRUNC and the bit of O_TMPFILE: what is opened is there, and opened for reading.
WRITING: Final = 0x400243
# What names a file: by its path alone, and by a folder's descriptor and a path.
NAMED: Final = {"open": OPEN, "stat": 4, "lstat": 6, "access": 21, "readlink": 89}
AT: Final = {"openat": OPENAT, "newfstatat": 262, "statx": 332, "faccessat": 269, "faccessat2": 439, "readlinkat": 267}
# Which argument of these says, by which bit, that a link at the end of the path is meant itself; of others it always is.
UNFOLLOWED: Final = {262: (3, 0x100), 332: (2, 0x100), 439: (3, 0x100)}
LINKS: Final = frozenset({6, 89, 267})
# A keeper watches what its spare asks for: it takes the kernel's questions, reads a path, answers.
KEEP: Final = LOAD | {"socketpair": 53, "poll": 7, "process_vm_readv": 310}
SECCOMP, LISTEN = 317, 8
NOTIFICATION, ANSWER = 0xC0502100, 0xC0182101
DUMPABLE: Final = 4
# Copy, look, close on exec. No owner, no signal, no lock, no lease: each is a way to others, or to a later run.
FCNTL_COMMANDS: Final = (0, 1, 2, 3, 1030, 1034)
# Whether a descriptor is a terminal, and closing on exec.
IOCTL_COMMANDS: Final = (0x5401, 0x5450, 0x5451)
# No new privileges, a further filter; and an end together with the parent, which can only be asked for, not undone.
PRCTL_OPTIONS: Final = (22, 38)
DIE_WITH_PARENT: Final = ((1, 9),)
# What the C library's fork() asks for: CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, SIGCHLD. Threads ask for more.
FORK: Final = 0x01200011
