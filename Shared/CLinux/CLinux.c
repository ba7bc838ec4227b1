#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_READY 64

_Static_assert(EPOLLIN == 0x001 && EPOLLOUT == 0x004 && EPOLLERR == 0x008 && EPOLLHUP == 0x010, "see CLinux.h");
_Static_assert(EPOLLET == 0x80000000u, "see CLinux.h");

static int checked(int result) { return result < 0 ? -errno : result; }

int tarn_eventfd(void) { return checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int tarn_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    ssize_t written;
    do written = write(descriptor, &one, sizeof one);
    while (written < 0 && errno == EINTR);
    // A full counter wakes its reader as well as one more would.
    return written < 0 && errno != EAGAIN ? -errno : 0;
}

int tarn_eventfd_drain(int descriptor) {
    uint64_t count;
    ssize_t taken;
    do taken = read(descriptor, &count, sizeof count);
    while (taken < 0 && errno == EINTR);
    return taken < 0 && errno != EAGAIN ? -errno : 0;
}

int tarn_epoll(void) { return checked(epoll_create1(EPOLL_CLOEXEC)); }

int tarn_epoll_set(int epoll, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data.u64 = tag};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
    if (errno != ENOENT) return -errno;
    return checked(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int tarn_epoll_remove(int epoll, int descriptor) {
    struct epoll_event event = {0};
    return checked(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event));
}

int tarn_epoll_wait(int epoll, struct tarn_ready *ready, int capacity, int timeout_milliseconds) {
    struct epoll_event events[MAX_READY];
    int count = epoll_wait(epoll, events, capacity < MAX_READY ? capacity : MAX_READY, timeout_milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) {
        ready[index].tag = events[index].data.u64;
        ready[index].events = events[index].events;
    }
    return count;
}

int tarn_pipe(int ends[2]) { return checked(pipe2(ends, O_CLOEXEC)); }

void tarn_keep_freed(int bytes) {
    mallopt(M_MMAP_THRESHOLD, bytes / 2);
    mallopt(M_TRIM_THRESHOLD, bytes);
}

size_t tarn_freed(void) { return mallinfo2().fordblks; }

void tarn_give_back(void) { malloc_trim(0); }
