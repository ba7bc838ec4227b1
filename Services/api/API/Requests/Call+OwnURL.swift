extension Call {
    /// Tarn's own URL, as this client writes it; without a slash at the end.
    var ownURL: String {
        get throws(APIError) {
            if let url = services.settings.endpointURL { return url }
            guard let host = header("Host"), !host.isEmpty else {
                throw .badRequest("a request without Host cannot be answered with a URL")
            }
            return (request.isTLS ? "https://" : "http://") + host
        }
    }
}
