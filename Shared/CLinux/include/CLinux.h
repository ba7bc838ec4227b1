#ifndef TARN_CLINUX_H
#define TARN_CLINUX_H

// Wrappers of Linux calls that Swift's Glibc module does not show. Every function answers a negative errno on failure.
// Feature macros such as _GNU_SOURCE belong in the .c file: defined here they would change types Swift has already seen.

#include "CLinuxFiles.h"
#include <stddef.h>
#include <stdint.h>

/// What a descriptor is ready for, and the tag it was registered with.
struct tarn_ready {
    uint64_t tag;
    uint32_t events;
};

static const uint32_t TARN_READABLE = 0x001;
static const uint32_t TARN_WRITABLE = 0x004;
static const uint32_t TARN_FAILED = 0x008;
static const uint32_t TARN_HUNG_UP = 0x010;
/// Report a change of readiness once instead of readiness as long as it lasts.
static const uint32_t TARN_EDGE = 0x80000000u;

/// A non-blocking eventfd, closed on exec.
int tarn_eventfd(void);
/// Adds one to an eventfd, which wakes whoever polls it.
int tarn_eventfd_signal(int eventfd);
/// Takes an eventfd's count back to zero.
int tarn_eventfd_drain(int eventfd);

/// An epoll descriptor, closed on exec.
int tarn_epoll(void);
/// Registers a descriptor, or changes what is waited for if it is registered.
int tarn_epoll_set(int epoll, int descriptor, uint32_t events, uint64_t tag);
int tarn_epoll_remove(int epoll, int descriptor);
/// The number of descriptors that are ready, at most capacity; 0 after the time-out or an interruption by a signal.
/// A negative time-out waits without end.
int tarn_epoll_wait(int epoll, struct tarn_ready *ready, int capacity, int timeout_milliseconds);

/// Lets the allocator keep that many freed bytes of each heap, and take what is smaller than the half from its heaps.
void tarn_keep_freed(int bytes);

/// Bytes that were freed and are kept in the heaps of all threads.
size_t tarn_freed(void);
/// Gives freed pages of all heaps back to the system.
void tarn_give_back(void);

/// A pipe whose two ends are closed on exec.
int tarn_pipe(int ends[2]);

#endif
