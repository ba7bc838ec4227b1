import Glibc

/// Measures user and system time of this process, all threads.
enum Clock {
    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(0), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// Runs an operation many times; the CPU of the least of several rounds, in µs a run: what a quiet machine shows.
    static func micros(rounds: Int = 7, runs: Int, _ operation: (Int) async throws -> Void) async throws -> Double {
        var least = Double.infinity
        for round in 0..<rounds {
            let start = cpuSeconds
            for run in 0..<runs { try await operation(round * runs + run) }
            least = min(least, cpuSeconds - start)
        }
        return least / Double(runs) * 1e6
    }
}
