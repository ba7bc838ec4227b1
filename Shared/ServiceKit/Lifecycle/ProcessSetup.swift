import CLinux
import Glibc

/// What a process does once, before anything else.
enum ProcessSetup {
    /// A peer that goes away must be an error of one write, not the end of the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Keeps freed memory for the next request: given back at once, pages of a large answer are cleared anew for each.
    static func keepFreedMemory() { tarn_keep_freed(Self.keptBytes) }

    /// Of each thread's heap.
    private static let keptBytes: Int32 = 8 << 20

    /// Raises the number of open files to what the system allows; sockets count.
    static func raiseOpenFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
