/* A library that is loaded before libc and counts what a command does to the files of one folder.

   The state is a file that all processes of a command share. At the call number `at` they are all killed, or the disk
   is full from then on. What only overwrites takes no room, and succeeds on a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, FULL };
enum { MARKS = 4096 };

struct state {
    long calls; /* so far */
    long at;
    long mode;
    char folder[PATH_MAX];
    long marks; /* how many */
    long mark[MARKS]; /* the calls after which more is settled than bytes: syncs, names, lengths */
};
static struct state *state;

/* Begin to count by the state in a file. */
void arm(const char *path) {
    int handle = open(path, O_RDWR | O_CLOEXEC);
    if (handle < 0) return;
    void *found = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    state = found == MAP_FAILED ? NULL : found;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_STATE");
    if (path) arm(path);
}

static int is_within(const char *path) { return !strncmp(path, state->folder, strlen(state->folder)); }

static int handle_is_within(int handle) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_within(path);
}

static int name_is_within(int folder, const char *name) {
    return name[0] == '/' || folder == AT_FDCWD ? is_within(name) : handle_is_within(folder);
}

static void note_mark(long call) {
    long number = __atomic_fetch_add(&state->marks, 1, __ATOMIC_SEQ_CST);
    if (number < MARKS) state->mark[number] = call;
}

/* Count one call; whether it must fail. */
static int strike(int takes_room, int is_mark) {
    if (state->mode == FULL && !takes_room) return 0;
    long call = __atomic_add_fetch(&state->calls, 1, __ATOMIC_SEQ_CST);
    if (is_mark) note_mark(call);
    if (state->mode == KILL && call >= state->at) kill(0, SIGKILL);
    if (state->mode == FULL && call >= state->at) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

static int grows(int handle, off_t end) {
    struct stat found;
    return fstat(handle, &found) || !S_ISREG(found.st_mode) || end > found.st_size;
}

static off_t end_of_write(int handle, size_t size) {
    if (fcntl(handle, F_GETFL) & O_APPEND) return LLONG_MAX;
    return lseek(handle, 0, SEEK_CUR) + (off_t)size;
}

#define NEXT(name) \
    static __typeof__(name) *next; \
    if (!next) next = dlsym(RTLD_NEXT, #name)
#define ON_DATA(handle, end) \
    if (state && handle_is_within(handle) && strike(grows(handle, end), 0)) return -1
#define ON_HANDLE(handle, end) \
    if (state && handle_is_within(handle) && strike(grows(handle, end), 1)) return -1
#define ON_NAME(folder, name, takes_room) \
    if (state && name_is_within(folder, name) && strike(takes_room, 1)) return -1

ssize_t write(int handle, const void *data, size_t size) {
    NEXT(write);
    ON_DATA(handle, end_of_write(handle, size));
    return next(handle, data, size);
}
ssize_t writev(int handle, const struct iovec *parts, int count) {
    NEXT(writev);
    ON_DATA(handle, LLONG_MAX);
    return next(handle, parts, count);
}
ssize_t pwrite(int handle, const void *data, size_t size, off_t offset) {
    NEXT(pwrite);
    ON_DATA(handle, offset + (off_t)size);
    return next(handle, data, size, offset);
}
ssize_t pwrite64(int handle, const void *data, size_t size, off64_t offset) {
    NEXT(pwrite64);
    ON_DATA(handle, offset + (off_t)size);
    return next(handle, data, size, offset);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t size) {
    NEXT(sendfile);
    ON_DATA(to, LLONG_MAX);
    return next(to, from, offset, size);
}
ssize_t sendfile64(int to, int from, off64_t *offset, size_t size) {
    NEXT(sendfile64);
    ON_DATA(to, LLONG_MAX);
    return next(to, from, offset, size);
}
int ftruncate(int handle, off_t size) {
    NEXT(ftruncate);
    ON_HANDLE(handle, size);
    return next(handle, size);
}
int ftruncate64(int handle, off64_t size) {
    NEXT(ftruncate64);
    ON_HANDLE(handle, size);
    return next(handle, size);
}
int fsync(int handle) {
    NEXT(fsync);
    ON_HANDLE(handle, 0);
    return next(handle);
}
int fdatasync(int handle) {
    NEXT(fdatasync);
    ON_HANDLE(handle, 0);
    return next(handle);
}
int rename(const char *from, const char *to) {
    NEXT(rename);
    ON_NAME(AT_FDCWD, to, 0);
    return next(from, to);
}
int unlink(const char *name) {
    NEXT(unlink);
    ON_NAME(AT_FDCWD, name, 0);
    return next(name);
}
int unlinkat(int folder, const char *name, int flags) {
    NEXT(unlinkat);
    ON_NAME(folder, name, 0);
    return next(folder, name, flags);
}
int rmdir(const char *name) {
    NEXT(rmdir);
    ON_NAME(AT_FDCWD, name, 0);
    return next(name);
}
int mkdir(const char *name, mode_t mode) {
    NEXT(mkdir);
    ON_NAME(AT_FDCWD, name, 1);
    return next(name, mode);
}
int symlink(const char *to, const char *name) {
    NEXT(symlink);
    ON_NAME(AT_FDCWD, name, 1);
    return next(to, name);
}

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (flags & O_CREAT && access(path, F_OK)) { ON_NAME(AT_FDCWD, path, 1); } \
        return next(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
