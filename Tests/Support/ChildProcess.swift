import CLinux
import Dispatch
import Glibc

/// Programs that tests run.
package enum ChildProcess {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs a program to its end, off the cooperative threads, and answers what it wrote to both outputs.
    /// - Throws: `Failure` with that output when it does not end with status 0.
    @discardableResult
    package static func run(_ arguments: [String]) async throws -> String {
        let (status, output) = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runToEnd(arguments) })
            }
        }
        guard status == 0 else {
            throw Failure(description: "\(arguments.joined(separator: " ")): status \(status): \(output)")
        }
        return output
    }

    private static func runToEnd(_ arguments: [String]) throws -> (status: CInt, output: String) {
        var ends: [CInt] = [-1, -1]
        guard tarn_pipe(&ends) == 0 else { throw Failure(description: "no pipe: errno \(errno)") }
        defer { close(ends[0]) }
        let child = try spawn(arguments, input: nil, output: ends[1])
        close(ends[1])
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            if count > 0 { output += buffer[..<count] }
            if count == 0 || count < 0 && errno != EINTR { break }
        }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return (code, String(decoding: output, as: UTF8.self))
    }

    /// Starts a program in a session of its own, so that no signal meant for the tests reaches it.
    /// - Parameters:
    ///   - input: becomes its standard input, else nothing does.
    ///   - output: becomes both its outputs, else nothing does.
    package static func spawn(_ arguments: [String], input: CInt?, output: CInt?) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions, input, to: 0)
        redirect(&actions, output, to: 1)
        redirect(&actions, output, to: 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: sessionFlag))
        var child: pid_t = 0
        let strings = arguments.map { strdup($0) }
        defer { strings.forEach { free($0) } }
        guard let program = arguments.first else { throw Failure(description: "no program") }
        let failure = posix_spawnp(&child, program, &actions, &attributes, strings + [nil], environ)
        guard failure == 0 else { throw Failure(description: "\(program): errno \(failure)") }
        return child
    }

    /// Sends `SIGSTOP` and waits until every thread of the child stands still.
    ///
    /// On a busy machine the signal takes a while: only one thread is woken for it, and the others go on until that one has run.
    package static func freeze(_ child: Int32) {
        guard kill(child, SIGSTOP) == 0 else { return }
        var state = siginfo_t()
        // The state is left there, lest freezing what is frozen wait for ever.
        while waitid(P_PID, id_t(child), &state, WSTOPPED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// The letter that the system tells a process's state by, such as `T` for one that stands still; nil where there is none.
    package static func state(of process: Int32) -> Character? {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 512)
        let count = fread(&line, 1, line.count, file)
        // Behind the name in brackets, which may hold anything.
        guard let end = line[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count else { return nil }
        return Character(UnicodeScalar(line[end + 2]))
    }

    /// `POSIX_SPAWN_SETSID` of <spawn.h>, which hides it behind a feature macro.
    private static let sessionFlag = 0x80

    private static func redirect(_ actions: inout posix_spawn_file_actions_t, _ descriptor: CInt?, to target: CInt) {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, target)
        } else {
            posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
        }
    }
}
