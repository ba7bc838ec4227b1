import Domain

/// Makes fresh addresses below a namespace: `data/<hour>/<id>`, the hour in UTC.
///
/// The hour lets clean-up list only what is old enough; the id is random, so no two writers meet.
package enum AddressMaker {
    /// The folder of all server-made addresses.
    package static let folder = "data"

    /// A fresh relative path.
    ///
    /// - Parameter milliseconds: the time, since 1970-01-01T00:00:00Z.
    package static func make(at milliseconds: Int64) -> String {
        var random = SystemRandomNumberGenerator()
        return make(at: milliseconds, using: &random)
    }

    static func make(at milliseconds: Int64, using random: inout some RandomNumberGenerator) -> String {
        "\(folder)/\(HourFolder(milliseconds: milliseconds))/\(hex(random.next()))\(hex(random.next()))"
    }

    static func hex(_ number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: number >> UInt64(60 - index * 4)) & 0xF
                digits[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
