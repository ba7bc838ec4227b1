import Cryptography
import Glibc
import Signatures

/// Signatures of version 2, which only old clients make.
package enum SigV2 {
    /// The headers that sign a request without a body and without other `x-amz-` headers.
    ///
    /// - Parameter target: in path style; its parameters are all signed ones.
    package static func fields(
        _ method: String, _ target: String, accessKeyID: String = KnownKey.accessKeyID, secret: String = KnownKey.secret
    ) -> [S3TestClient.Field] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let date = SigningTime(unixSeconds: Int64(now.tv_sec)).httpDate
        let signature = HMACSHA1(secret).code("\(method)\n\n\n\nx-amz-date:\(date)\n\(target)").base64
        return [("x-amz-date", date), ("Authorization", "AWS \(accessKeyID):\(signature)")]
    }
}
