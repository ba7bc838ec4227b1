/// The names that the local store keeps for itself, in each bucket's folder.
enum LocalNames {
    /// Holds all the others. No address may hold it as an element.
    static let privateFolder = ".tarn"
    /// Below it, a folder for each multipart upload.
    static let uploads = ".tarn/uploads"
    /// Below it, what is written whole before it gets its address. Named like an upload without a key, so that what a crash
    /// leaves here goes as that does.
    static let incoming = uploads + "/" + String(repeating: "0", count: 32)
    /// In an upload's folder: the key it is for.
    static let uploadKey = "key"
    /// In an upload's folder: what a whole object is gathered in, and a random suffix.
    static let gathering = "whole-"

    static func uploadFolder(bucket: String, _ upload: UploadID) -> String { "\(bucket)/\(uploads)/\(upload.string)" }

    /// In an upload's folder: one part, whose receipt is the random suffix.
    static func part(_ number: Int, _ receipt: String) -> String { "\(number)-\(receipt)" }

    /// The number and receipt of a part; `nil` for any other file.
    static func part(_ name: String) -> (number: Int, receipt: String)? {
        guard let dash = name.firstIndex(of: "-"), let number = Int(name[..<dash]), number > 0 else { return nil }
        let receipt = String(name[name.index(after: dash)...])
        return isRandom(receipt) ? (number, receipt) : nil
    }

    /// 32 hexadecimal digits.
    static func random() -> String {
        var random = SystemRandomNumberGenerator()
        return AddressMaker.hex(random.next()) + AddressMaker.hex(random.next())
    }

    /// Whether a word could have come from `random()`.
    static func isRandom(_ word: String) -> Bool {
        word.utf8.count == 32 && word.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x61 && $0 <= 0x66 }
    }
}
