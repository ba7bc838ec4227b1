/// The names that the local store keeps for itself.
enum LocalNames {
    /// In each bucket's folder: parts of uploads, and files that are not yet whole. No address may hold it as an element.
    static let privateFolder = ".tarn"
}
