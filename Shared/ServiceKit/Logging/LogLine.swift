import Glibc
import JSONCodec
import Logging

/// One line of the log.
struct LogLine {
    private let label: String
    private let level: Logger.Level
    private let message: String
    private let fields: [(name: String, value: String)]

    init(_ label: String, _ level: Logger.Level, _ message: String, _ fields: [(String, String)]) {
        self.label = label
        self.level = level
        self.message = message
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    func rendered(_ format: LogFormat) -> String {
        switch format {
        case .json: json
        case .text: text
        }
    }

    private var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("time")
            writer.value(Self.now)
            writer.key("level")
            writer.value(level.rawValue)
            writer.key("service")
            writer.value(label)
            writer.key("message")
            writer.value(message)
            for (name, value) in fields {
                writer.key(text: name)
                writer.value(value)
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private var text: String {
        var line = "\(Self.now) \(level.rawValue) \(label): \(message)"
        for (name, value) in fields { line += " \(name)=\(value)" }
        // A line break within a value would let a client write log lines.
        return String(line.map { $0.isNewline ? " " : $0 }) + "\n"
    }

    /// RFC 3339 in UTC with milliseconds.
    private static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var seconds = time.tv_sec
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "" }
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        let date = "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        let clock = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
    }
}
