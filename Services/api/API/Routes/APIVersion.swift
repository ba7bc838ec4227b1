/// The version of Tarn that clients are told.
enum APIVersion {
    static let current = "0.1.0"
}
