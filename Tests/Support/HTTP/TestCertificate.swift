/// A certificate authority and a certificate for 127.0.0.1 and localhost that it signed, in files of a temporary folder.
package final class TestCertificate: Sendable {
    package let folder: TemporaryFolder
    package var authorityFile: String { "\(folder.path)/ca.pem" }
    package var certificateFile: String { "\(folder.path)/cert.pem" }
    package var keyFile: String { "\(folder.path)/key.pem" }

    /// - Parameter name: the certificate's common name.
    package init(name: String = "localhost") async throws {
        folder = try TemporaryFolder()
        try await ChildProcess.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
            "keyUsage=critical,keyCertSign", "-keyout", "\(folder.path)/ca.key", "-out", authorityFile,
        ])
        try await issue(name: name)
    }

    /// Makes another certificate with another key, in the same files.
    ///
    /// - Parameter days: from now; over already where it is negative.
    package func issue(name: String, days: Int = 2) async throws {
        let request = "\(folder.path)/request.pem"
        try await ChildProcess.run([
            "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", keyFile, "-out", request,
        ])
        try await ChildProcess.run([
            "openssl", "x509", "-req", "-days", "\(days)", "-copy_extensions", "copyall", "-in", request, "-CA",
            authorityFile, "-CAkey", "\(folder.path)/ca.key", "-CAcreateserial", "-out", certificateFile,
        ])
    }
}
