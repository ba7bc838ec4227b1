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
        default: self.init(code, error.message)
        }
    }
}
