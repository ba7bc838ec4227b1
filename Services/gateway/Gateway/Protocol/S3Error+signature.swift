import Cryptography
package import Signatures

extension S3Error {
    package init(_ error: SignatureError) {
        let code = S3ErrorCode(rawValue: error.code) ?? .accessDenied
        switch error {
        case .contentSHA256Mismatch(let claimed, let computed):
            self.init(
                code, error.message,
                details: [
                    ("ClientComputedContentSHA256", claimed), ("S3ComputedContentSHA256", computed),
                ])
        case .wrongRegion(_, let expected, _): self.init(code, error.message, details: [("Region", expected)])
        case .headersNotSigned(let names):
            self.init(code, error.message, details: [("HeadersNotSigned", names.joined(separator: ", "))])
        // The value may be a password.
        case .unsupportedAuthorization: self.init(code, error.message, details: [("ArgumentName", "Authorization")])
        case .invalidContentSHA256:
            self.init(code, error.message, details: [("ArgumentName", "x-amz-content-sha256")])
        default: self.init(code, error.message)
        }
    }

    /// With what S3 tells of the times.
    init(_ error: SignatureError, _ claim: SigV4Claim, now: SigningTime) {
        switch error {
        case .requestTimeTooSkewed:
            self = .tooSkewed(requestTime: claim.time.stamp, now: now)
        case .presignedExpired, .presignedNotYetValid:
            let seconds = claim.presignedSeconds ?? 0
            let base = S3Error(error)
            self.init(
                base.code, base.message,
                details: [
                    ("X-Amz-Expires", "\(seconds)"), ("Expires", claim.time.adding(seconds: seconds).iso8601),
                    ("ServerTime", now.iso8601),
                ])
        default: self.init(error)
        }
    }

    /// With what S3 tells of the times.
    init(_ error: SignatureError, _ claim: SigV2Claim, now: SigningTime) {
        switch error {
        case .requestTimeTooSkewed: self = .tooSkewed(requestTime: claim.time?.httpDate ?? "", now: now)
        case .presignedExpired:
            let base = S3Error(error)
            let expires = SigningTime(unixSeconds: claim.expires ?? 0)
            self.init(
                base.code, base.message, details: [("Expires", expires.iso8601), ("ServerTime", now.iso8601)])
        default: self.init(error)
        }
    }

    private static func tooSkewed(requestTime: String, now: SigningTime) -> S3Error {
        S3Error(
            .requestTimeTooSkewed,
            details: [
                ("RequestTime", requestTime), ("ServerTime", now.iso8601),
                ("MaxAllowedSkewMilliseconds", "\(SigV4Claim.maxSkewSeconds * 1_000)"),
            ])
    }

    /// `InvalidAccessKeyId` about this key.
    static func invalidAccessKeyID(_ accessKeyID: String) -> S3Error {
        S3Error(.invalidAccessKeyID, details: [("AWSAccessKeyId", accessKeyID)])
    }

    /// `SignatureDoesNotMatch` with what was expected to be signed, so that its sender finds where the two differ.
    static func signatureDoesNotMatch(_ claim: SigV4Claim, _ head: RequestHead) -> S3Error {
        var details: [(name: String, value: String)] = [("AWSAccessKeyId", claim.accessKeyID)]
        if let request = try? claim.canonicalRequest(head) {
            let text = claim.stringToSign(request)
            details += [
                ("StringToSign", text), ("SignatureProvided", claim.signature.hex),
                ("StringToSignBytes", spaced(Array(text.utf8))),
            ]
            if !claim.signsSecretHeaders {
                details += [
                    ("CanonicalRequest", String(decoding: request, as: UTF8.self)),
                    ("CanonicalRequestBytes", spaced(request)),
                ]
            }
        }
        return S3Error(.signatureDoesNotMatch, details: details)
    }

    static func signatureDoesNotMatch(_ claim: SigV2Claim) -> S3Error {
        S3Error(
            .signatureDoesNotMatch,
            details: [
                ("AWSAccessKeyId", claim.accessKeyID),
                ("StringToSign", String(decoding: claim.stringToSign, as: UTF8.self)),
                ("SignatureProvided", claim.signature.base64), ("StringToSignBytes", spaced(claim.stringToSign)),
            ])
    }

    /// Bytes in hexadecimal, parted by blanks.
    private static func spaced(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(3 * bytes.count)
        for byte in bytes {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension SigningTime {
    /// `2013-05-24T00:00:00Z`, as S3 writes times in errors.
    fileprivate var iso8601: String {
        let text = stamp
        func part(_ start: Int, _ count: Int) -> Substring { text.dropFirst(start).prefix(count) }
        return "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(9, 2)):\(part(11, 2)):\(part(13, 2))Z"
    }
}
