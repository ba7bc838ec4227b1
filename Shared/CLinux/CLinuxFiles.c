#define _GNU_SOURCE
#include "CLinuxFiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

static int checked(long result) { return result < 0 ? -errno : (int)result; }

int tarn_open_beneath(int directory, const char *path, int flags, mode_t mode, int cached_only) {
    struct open_how how = {
        .flags = (uint64_t)(uint32_t)flags | O_CLOEXEC,
        // The kernel refuses a mode where no file can be made.
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | (cached_only ? RESOLVE_CACHED : 0),
    };
    for (;;) {
        int descriptor = checked(syscall(SYS_openat2, directory, path, &how, sizeof how));
        if (descriptor != -EINTR) return descriptor;
    }
}

ssize_t tarn_read_cached(int descriptor, void *bytes, size_t count, off_t offset) {
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    ssize_t read = preadv2(descriptor, &part, 1, offset, RWF_NOWAIT);
    return read < 0 ? -errno : read;
}

int tarn_rename_new(int old_directory, const char *old_name, int new_directory, const char *new_name) {
    return checked(renameat2(old_directory, old_name, new_directory, new_name, RENAME_NOREPLACE));
}

ssize_t tarn_copy_file_range(int from, int to, size_t count) {
    ssize_t copied = copy_file_range(from, NULL, to, NULL, count, 0);
    return copied < 0 ? -errno : copied;
}

int tarn_begin_writeback(int descriptor, off_t offset, off_t count) {
    return checked(sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE));
}

int tarn_unnamed_file(const char *directory) {
    struct statfs system;
    if (statfs(directory, &system) < 0) return -errno;
    if (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC) return -ENODEV;
    int descriptor = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor >= 0) return descriptor;
    // Not every file system can do without a name at first.
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/tarn-XXXXXX", directory);
    if (length < 0 || (size_t)length >= sizeof path) return -ENAMETOOLONG;
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0) return -errno;
    unlink(path);
    return descriptor;
}

int tarn_name_thread(const char *name) { return -pthread_setname_np(pthread_self(), name); }

struct tarn_directory *tarn_directory_open(int descriptor, int *error) {
    DIR *directory = fdopendir(descriptor);
    *error = directory ? 0 : -errno;
    if (!directory) close(descriptor);
    return (struct tarn_directory *)directory;
}

const char *tarn_directory_next(struct tarn_directory *directory, size_t *length, char *type, int *error) {
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir((DIR *)directory);
        *error = entry ? 0 : -errno;
        if (!entry) return NULL;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        *length = strlen(entry->d_name);
        *type = entry->d_type == DT_REG ? 'f' : entry->d_type == DT_DIR ? 'd' : entry->d_type == DT_UNKNOWN ? '?' : 'o';
        return entry->d_name;
    }
}

void tarn_directory_close(struct tarn_directory *directory) { closedir((DIR *)directory); }
