extension S3Error {
    /// The error document (S3: REST error responses).
    package func document(resource: String, requestID: String) -> [UInt8] {
        var writer = XMLWriter(reservingBytes: 512)
        writer.element("Error") { writer in
            writer.element("Code", code.rawValue)
            writer.element("Message", message)
            for detail in details { writer.element(detail.name, detail.value) }
            writer.element("Resource", resource)
            writer.element("RequestId", requestID)
            writer.element("HostId", "tarn")
        }
        return writer.bytes
    }
}
