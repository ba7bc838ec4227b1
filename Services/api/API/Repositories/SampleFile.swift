import CSampleData
import NIOCore

/// One file of the sample data that a repository can be made with.
struct SampleFile {
    let path: String
    let contentType: String
    /// Embedded in the program: there is no file to be found.
    private let content: UnsafeBufferPointer<UInt8>

    var bytes: ByteBuffer { ByteBuffer(bytes: content) }

    /// In the order of their paths.
    static var all: some Sequence<SampleFile> {
        sequence(state: 0) { number in
            defer { number += 1 }
            guard let file = sample_file(number)?.pointee else { return nil }
            return SampleFile(
                path: String(cString: file.path), contentType: String(cString: file.content_type),
                content: UnsafeBufferPointer(start: file.bytes, count: file.count))
        }
    }
}
