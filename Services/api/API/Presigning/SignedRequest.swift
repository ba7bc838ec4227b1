import Cryptography
import Domain
import NIOHTTP1
import ObjectStore

/// A request that anybody may make of Tarn for a while: one method on one address, within a size, with the headers it names.
///
/// It stands in a URL of its own kind, `/_presigned/<bucket>/<key>?…&signature=…`, whose every part is signed.
struct SignedRequest: Sendable {
    enum Work: Sendable, Hashable {
        /// `GET`, and `HEAD` which tells less.
        case get
        /// `PUT` of an object that is not there yet.
        case put
        /// `PUT` of one part of an upload.
        case part(UploadID, number: Int)
    }

    struct Header: Sendable, Hashable {
        /// In lower case.
        let name: String
        let value: String
    }

    /// What paths of such requests begin with.
    static let pathPrefix = "/_presigned/"
    /// The largest object or part that is taken at once, in bytes; S3's limit too.
    static let maxPutBytes: Int64 = 5 * 1_024 * 1_024 * 1_024

    let work: Work
    let address: ObjectAddress
    /// Seconds since 1970.
    let expires: Int64
    /// Of the body, in bytes; 0 for none.
    let maxBytes: Int64
    /// Of a get, those of the answer; of a put, those that the request must have.
    let headers: [Header]

    /// The path and query of the URL.
    func target(signedWith key: PresigningKey) -> String {
        var target = Self.pathPrefix + PercentEncoding.encode(address.bucket.utf8)
        for element in address.key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            target += "/" + PercentEncoding.encode(element)
        }
        target += "?expires=\(expires)&key=\(key.number)&max-bytes=\(maxBytes)"
        if case .part(let upload, let number) = work {
            target += "&upload=\(PercentEncoding.encode(upload.string.utf8))&part=\(number)"
        }
        for header in headers {
            target += "&header=" + PercentEncoding.encode("\(header.name):\(header.value)".utf8)
        }
        return target + "&signature=" + key.code(fields(key.number)).hex
    }

    private func fields(_ keyNumber: UInt32) -> SignedFields {
        var fields = SignedFields("tarn url v1")
        switch work {
        case .get: fields.add("GET")
        case .put: fields.add("PUT")
        case .part(let upload, let number):
            fields.add("PART")
            fields.add(upload.string)
            fields.add(number)
        }
        fields.add(address.uri)
        fields.add(expires)
        fields.add(keyNumber)
        fields.add(maxBytes)
        fields.add(headers.count)
        for header in headers {
            fields.add(header.name)
            fields.add(header.value)
        }
        return fields
    }
}

extension SignedRequest {
    /// A request as its URL claims it, nothing of it verified.
    struct Claim: Sendable {
        let request: SignedRequest
        let keyNumber: UInt32
        fileprivate let signature: SHA256Digest

        /// Nil for a URL or method that Tarn would not have signed.
        init?(_ method: HTTPMethod, _ target: RequestTarget, scheme: StorageNamespace.Scheme) {
            guard target.elements.count >= 3,
                let address = try? ObjectAddress(
                    uri: "\(scheme.rawValue)://" + target.elements.dropFirst().joined(separator: "/"))
            else { return nil }
            var values: [String: String] = [:]
            var headers: [Header] = []
            for (name, value) in target.query {
                if name == "header" {
                    guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
                    headers.append(
                        Header(name: String(value[..<colon]), value: String(value[value.utf8.index(after: colon)...])))
                } else {
                    guard Self.names.contains(name), values.updateValue(value, forKey: name) == nil else { return nil }
                }
            }
            guard let expires = values["expires"].flatMap({ Self.number($0, as: Int64.self) }),
                let keyNumber = values["key"].flatMap({ Self.number($0, as: UInt32.self) }),
                let maxBytes = values["max-bytes"].flatMap({ Self.number($0, as: Int64.self) }),
                let signature = values["signature"].flatMap({ Hex.decode($0) }).flatMap({ SHA256Digest(bytes: $0) }),
                let work = Self.work(method, values)
            else { return nil }
            request = SignedRequest(
                work: work, address: address, expires: expires, maxBytes: maxBytes, headers: headers)
            self.keyNumber = keyNumber
            self.signature = signature
        }

        private static let names: Set<String> = ["expires", "key", "max-bytes", "upload", "part", "signature"]

        private static func work(_ method: HTTPMethod, _ values: [String: String]) -> Work? {
            switch (method, values["upload"], values["part"]) {
            case (.GET, nil, nil), (.HEAD, nil, nil): return .get
            case (.PUT, nil, nil): return .put
            case (.PUT, let upload?, let part?):
                return number(part, as: Int.self).map { .part(UploadID(upload), number: $0) }
            default: return nil
            }
        }

        /// A number as it is written here, and in no other way.
        private static func number<Number: FixedWidthInteger>(_ text: String, as type: Number.Type) -> Number? {
            guard let number = Number(text), number >= 0, String(number) == text else { return nil }
            return number
        }

        /// - Parameter key: the key of the claim's number.
        func isSigned(with key: PresigningKey) -> Bool {
            key.number == keyNumber && ConstantTime.equal(key.code(request.fields(keyNumber)), signature)
        }
    }
}
