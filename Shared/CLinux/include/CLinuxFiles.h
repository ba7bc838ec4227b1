#ifndef TARN_CLINUX_FILES_H
#define TARN_CLINUX_FILES_H

// Linux's calls on files that Swift's Glibc module does not show. As in CLinux.h, all answer a negative errno on failure.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Opens a path that stays below the directory: no "..", no absolute path, no symbolic link anywhere in it.
/// If cached_only, answers -EAGAIN where the disk would have to be asked.
int tarn_open_beneath(int directory, const char *path, int flags, mode_t mode, int cached_only);
/// Reads from the page cache only: fewer bytes, or -EAGAIN, where the disk would have to be asked.
ssize_t tarn_read_cached(int descriptor, void *bytes, size_t count, off_t offset);
/// Renames, but fails with -EEXIST where the new name is taken.
int tarn_rename_new(int old_directory, const char *old_name, int new_directory, const char *new_name);
/// Copies inside the kernel, sharing blocks where the file system can; may copy less. Moves the descriptors' offsets.
ssize_t tarn_copy_file_range(int from, int to, size_t count);
/// Has the kernel begin to write out a range of a file, without waiting.
int tarn_begin_writeback(int descriptor, off_t offset, off_t count);
/// A file without a name, to read and write, closed on exec; it ends with its last descriptor. -ENODEV where the directory's file system
/// is kept in memory.
int tarn_unnamed_file(const char *directory);
/// Names the calling thread, in at most 15 bytes.
int tarn_name_thread(const char *name);

/// An open directory being read.
struct tarn_directory;

/// Reads a directory; takes over the descriptor, also on failure (NULL, with the errno in *error).
struct tarn_directory *tarn_directory_open(int descriptor, int *error);
/// The next name other than "." and "..", valid until the next call; NULL at the end or on failure (then *error < 0).
/// *type is 'f' for a file, 'd' for a directory, '?' where the file system does not say, and 'o' for all else.
const char *tarn_directory_next(struct tarn_directory *directory, size_t *length, char *type, int *error);
void tarn_directory_close(struct tarn_directory *directory);

#endif
