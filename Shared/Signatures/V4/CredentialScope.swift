/// What a derived key is good for: one day, one region, one service.
package struct CredentialScope: Sendable, Hashable {
    /// The last element of every scope.
    static let terminator = "aws4_request"

    /// `yyyymmdd` in UTC.
    package let day: String
    package let region: String
    package let service: String

    package init(day: String, region: String, service: String = "s3") {
        self.day = day
        self.region = region
        self.service = service
    }

    package init(time: SigningTime, region: String, service: String = "s3") {
        self.init(day: time.day, region: region, service: service)
    }

    func append(to output: inout [UInt8]) {
        output.append(contentsOf: day.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: region.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: service.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: Self.terminator.utf8)
    }

    /// `20130524/us-east-1/s3/aws4_request`.
    package var text: String { "\(day)/\(region)/\(service)/\(Self.terminator)" }
}
