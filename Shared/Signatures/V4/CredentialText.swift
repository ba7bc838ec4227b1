/// The `Credential` of a claim: access key and scope in one text.
struct CredentialText {
    let accessKeyID: String
    let scope: CredentialScope

    struct Refusal: Error {
        let reason: String
    }

    /// Reads `AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request`.
    ///
    /// - Throws: why it cannot be read, for people.
    init(_ text: UnsafeBufferPointer<UInt8>, service: String = "s3") throws(Refusal) {
        var parts: (String, String, String, String, String) = ("", "", "", "", "")
        var (start, count) = (0, 0)
        for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: "/") {
            let part = String(decoding: UnsafeBufferPointer(rebasing: text[start..<index]), as: UTF8.self)
            start = index + 1
            count += 1
            switch count {
            case 1: parts.0 = part
            case 2: parts.1 = part
            case 3: parts.2 = part
            case 4: parts.3 = part
            default: parts.4 = part
            }
            if count > 5 { break }
        }
        guard count == 5, !parts.0.isEmpty else {
            throw Refusal(
                reason: "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
        }
        guard parts.1.utf8.count == 8, number(parts.1.utf8) != nil else {
            throw Refusal(reason: "invalid credential date \"\(parts.1)\".")
        }
        guard parts.3 == service else {
            throw Refusal(reason: "incorrect service \"\(parts.3)\". This endpoint belongs to \"\(service)\".")
        }
        guard parts.4 == CredentialScope.terminator else {
            throw Refusal(reason: "incorrect terminal \"\(parts.4)\". This endpoint uses \"aws4_request\".")
        }
        accessKeyID = parts.0
        scope = CredentialScope(day: parts.1, region: parts.2, service: parts.3)
    }

    /// - Throws: a refusal unless the scope's day is that of the request's time.
    func check(_ time: SigningTime) throws(Refusal) {
        guard scope.day == time.day else {
            throw Refusal(
                reason: "Invalid credential date \"\(scope.day)\". "
                    + "This date is not the same as X-Amz-Date: \"\(time.day)\".")
        }
    }
}
