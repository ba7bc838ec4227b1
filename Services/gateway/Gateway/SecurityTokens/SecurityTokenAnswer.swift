import Wire

/// The documents of the Security Token Service.
enum SecurityTokenAnswer {
    private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

    static func error(_ error: SecurityTokenError, requestID: String) -> [UInt8] {
        var writer = XMLWriter()
        root("ErrorResponse", &writer) { writer in
            writer.element("Error") { writer in
                writer.element("Type", error.status < 500 ? "Sender" : "Receiver")
                writer.element("Code", error.code)
                writer.element("Message", error.message)
            }
            writer.element("RequestId", requestID)
        }
        return writer.bytes
    }

    static func identity(of principal: Principal, requestID: String) -> [UInt8] {
        result(of: .getCallerIdentity, requestID) { writer in
            writer.element("Arn", "arn:lakefs:auth:::user/\(principal.userID)")
            writer.element("UserId", principal.userID)
            // Of the twelve digits that clients expect.
            writer.element("Account", "000000000000")
        }
    }

    static func session(_ key: SessionKey, _ request: SecurityTokenRequest, requestID: String) -> [UInt8] {
        result(of: request.action, requestID) { writer in
            writer.element("Credentials") { writer in
                writer.element("AccessKeyId", key.accessKeyID)
                writer.element("SecretAccessKey", key.secretAccessKey)
                writer.element("SessionToken", key.sessionToken)
                writer.start("Expiration")
                writer.date(key.expires * 1_000)
                writer.end("Expiration")
            }
            guard request.action == .assumeRole else { return }
            writer.element("AssumedRoleUser") { writer in
                writer.element("AssumedRoleId", "\(key.accessKeyID):\(request.sessionName ?? "")")
                writer.element("Arn", request.arn)
            }
        }
    }

    private static func result(
        of action: SecurityTokenRequest.Action, _ requestID: String, _ body: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var writer = XMLWriter()
        root(action.rawValue + "Response", &writer) { writer in
            writer.plain("<\(action.rawValue)Result>".utf8)
            body(&writer)
            writer.plain("</\(action.rawValue)Result>".utf8)
            writer.element("ResponseMetadata") { $0.element("RequestId", requestID) }
        }
        return writer.bytes
    }

    private static func root(_ name: String, _ writer: inout XMLWriter, _ body: (inout XMLWriter) -> Void) {
        writer.plain("<\(name) xmlns=\"\(namespace)\">".utf8)
        body(&writer)
        writer.plain("</\(name)>".utf8)
    }
}
