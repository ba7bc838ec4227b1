package import NIOCore

extension Environment {
    package func integer(
        _ name: String, default value: Int, in range: ClosedRange<Int> = 0...Int.max
    ) throws(ConfigurationError) -> Int {
        guard let text = string(name) else { return value }
        guard let number = Int(text) else { throw ConfigurationError(name, "is '\(text)', not a whole number") }
        guard range.contains(number) else {
            throw ConfigurationError(name, "is \(number), not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true`, `false`, `1`, `0`, `yes`, `no`, `on` or `off`.
    package func flag(_ name: String, default value: Bool) throws(ConfigurationError) -> Bool {
        guard let text = string(name) else { return value }
        switch text.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default: throw ConfigurationError(name, "is '\(text)', neither true nor false")
        }
    }

    /// A number with `ms`, `s`, `m` or `h`; bare numbers are seconds.
    package func duration(_ name: String, default value: TimeAmount) throws(ConfigurationError) -> TimeAmount {
        guard let text = string(name) else { return value }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else {
            throw ConfigurationError(name, "is '\(text)', not a span of time such as 30s")
        }
        switch text[digits.endIndex...] {
        case "", "s": return .seconds(number)
        case "ms": return .milliseconds(number)
        case "m": return .minutes(number)
        case "h": return .hours(number)
        default: throw ConfigurationError(name, "is '\(text)', not a span of time such as 30s")
        }
    }

    /// A number of bytes, with `k`, `m` or `g` for powers of 1,024.
    package func bytes(_ name: String, default value: Int) throws(ConfigurationError) -> Int {
        guard let text = string(name) else { return value }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors = ["": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        guard let number = Int(digits), let factor = factors[text[digits.endIndex...].lowercased()],
            case let (bytes, overflow) = number.multipliedReportingOverflow(by: factor), !overflow
        else { throw ConfigurationError(name, "is '\(text)', not a number of bytes such as 64m") }
        return bytes
    }

    /// `host:port`.
    package func address(_ name: String, default value: String? = nil) throws(ConfigurationError) -> ListenAddress {
        guard let text = string(name) ?? value else { throw ConfigurationError(name, "is not set") }
        guard let address = ListenAddress(parsing: text) else {
            throw ConfigurationError(name, "is '\(text)', not host:port")
        }
        return address
    }

    /// Blocks of addresses in CIDR form between commas.
    package func addressRanges(_ name: String) throws(ConfigurationError) -> [AddressRange] {
        var ranges: [AddressRange] = []
        for text in list(name) {
            guard let range = AddressRange(text) else {
                throw ConfigurationError(name, "has '\(text)', not a block of addresses such as 10.0.0.0/8")
            }
            ranges.append(range)
        }
        return ranges
    }
}
