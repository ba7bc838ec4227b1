import CLinux
import Glibc

/// What a process does once, before anything else.
enum ProcessSetup {
    /// A peer that goes away must be an error of one write, not the end of the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Keeps freed memory for the next request: given back at once, pages of a large answer are cleared anew for each.
    static func keepFreedMemory() { tarn_keep_freed(Self.keptBytes) }

    /// Of each thread's heap, as long as nothing is in use behind it.
    private static let keptBytes: Int32 = 8 << 20

    /// Gives freed memory back that lies between what is in use, each time there is much of it: what one great request has
    /// needed in one thread's heap would stay there, a heap for each thread.
    ///
    /// - Parameters:
    ///   - interval: between two looks.
    ///   - most: the freed bytes that are left alone.
    static func giveBackFreedMemory(every interval: Duration = .seconds(10), over most: Int = 24 << 20) async {
        while (try? await Task.sleep(for: interval)) != nil {
            if tarn_freed() > most { tarn_give_back() }
        }
    }

    /// Raises the number of open files to what the system allows; sockets count.
    static func raiseOpenFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
