/* A library to be preloaded (LD_PRELOAD): counts a program's input and output calls on files below one folder, and lets one of
   them kill the program or fail. `cargo xtask faults` builds and uses it.

   FAULT_FOLDER  the folder, as an absolute path without links
   FAULT_LOG     a file that gets one byte a call
   FAULT_AT      the number of the call, from 1; without it, calls are only counted
   FAULT_KIND    kill: the program dies there, in the middle of a write; once: this call fails; ever: so do all after it */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *folder, *kind;
static long at;
static int log_file = -1;
static atomic_long calls;

__attribute__((constructor)) static void begin(void) {
    const char *number = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    folder = getenv("FAULT_FOLDER");
    kind = getenv("FAULT_KIND");
    at = number ? atol(number) : 0;
    if (log) log_file = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int below(const char *path) {
    char whole[4096];
    if (!folder || !path) return 0;
    if (path[0] != '/') {
        if (!getcwd(whole, sizeof whole)) return 0;
        size_t used = strlen(whole);
        snprintf(whole + used, sizeof whole - used, "/%s", path);
        path = whole;
    }
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int open_below(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a call. Returns 0 for one that goes on, -1 for one that fails; one that kills does not return, unless it is a write,
   which returns 1 to write half of its bytes first. */
static int fault(int writes) {
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (log_file >= 0) (void)!REAL(write)(log_file, ".", 1);
    if (!at || !kind || call < at) return 0;
    if (strcmp(kind, "kill") == 0) {
        if (call > at) return 0;
        if (writes) return 1;
        die();
    }
    if (strcmp(kind, "once") == 0 && call > at) return 0;
    errno = writes ? ENOSPC : EIO;
    return -1;
}

#define ON_FILE(file, writes) (open_below(file) ? fault(writes) : 0)
#define ON_PATH(path, writes) (below(path) ? fault(writes) : 0)

ssize_t write(int file, const void *bytes, size_t count) {
    int found = file > 2 && file != log_file ? ON_FILE(file, 1) : 0;
    if (found < 0) return -1;
    if (found > 0) { (void)!REAL(write)(file, bytes, count / 2); die(); }
    return REAL(write)(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    int found = ON_FILE(file, 1);
    if (found < 0) return -1;
    if (found > 0) { (void)!REAL(pwrite64)(file, bytes, count / 2, offset); die(); }
    return REAL(pwrite64)(file, bytes, count, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

ssize_t read(int file, void *bytes, size_t count) {
    if (file > 2 && ON_FILE(file, 0)) return -1;
    return REAL(read)(file, bytes, count);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
    if (ON_FILE(file, 0)) return -1;
    return REAL(pread64)(file, bytes, count, offset);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) { return pread64(file, bytes, count, offset); }

int ftruncate64(int file, off64_t length) { return ON_FILE(file, 0) ? -1 : REAL(ftruncate64)(file, length); }
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }
int fsync(int file) { return ON_FILE(file, 0) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return ON_FILE(file, 0) ? -1 : REAL(fdatasync)(file); }
int fchmod(int file, mode_t mode) { return ON_FILE(file, 0) ? -1 : REAL(fchmod)(file, mode); }
int rename(const char *from, const char *to) { return ON_PATH(to, 0) ? -1 : REAL(rename)(from, to); }
int unlink(const char *path) { return ON_PATH(path, 0) ? -1 : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) { return ON_PATH(path, 0) ? -1 : REAL(mkdir)(path, mode); }

#define OPEN(name)                                                        \
    int name(const char *path, int flags, ...) {                          \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                     \
        return ON_PATH(path, 0) ? -1 : REAL(name)(path, flags, mode);     \
    }
OPEN(open)
OPEN(open64)
