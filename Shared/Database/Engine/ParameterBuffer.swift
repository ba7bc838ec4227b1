/// Memory, used over and over, that holds one statement's parameters in the shape libpq takes them.
final class ParameterBuffer {
    /// What is kept between statements, in bytes; more is given back.
    private static let keptBytes = 256 << 10

    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var values: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private(set) var lengths: UnsafeMutablePointer<Int32>
    private(set) var formats: UnsafeMutablePointer<Int32>
    private var slots: Int

    init() {
        capacity = 4 << 10
        slots = 32
        memory = .allocate(byteCount: capacity, alignment: 8)
        values = .allocate(capacity: slots)
        lengths = .allocate(capacity: slots)
        formats = .allocate(capacity: slots)
    }

    deinit {
        memory.deallocate()
        values.deallocate()
        lengths.deallocate()
        formats.deallocate()
    }

    /// Encodes the parameters over those of the call before.
    /// - Returns: how many bytes they take.
    func encode(_ parameters: [Parameter]) -> Int {
        let needed = parameters.reduce(0) { $0 + $1.encodedBytes }
        reserve(bytes: needed, slots: parameters.count)
        var writer = ByteWriter(memory)
        for (index, parameter) in parameters.enumerated() {
            let start = writer.position
            parameter.encode(to: &writer)
            (values + index).initialize(
                to: parameter.isNull ? nil : UnsafePointer(start.assumingMemoryBound(to: CChar.self)))
            (lengths + index).initialize(to: Int32(truncatingIfNeeded: writer.position - start))
            (formats + index).initialize(to: parameter.isText ? 0 : 1)
        }
        return needed
    }

    private func reserve(bytes: Int, slots count: Int) {
        if bytes > capacity || capacity > Self.keptBytes && bytes <= Self.keptBytes {
            memory.deallocate()
            capacity = bytes > Self.keptBytes ? bytes : max(bytes * 2, 4 << 10)
            memory = .allocate(byteCount: capacity, alignment: 8)
        }
        guard count > slots else { return }
        values.deallocate()
        lengths.deallocate()
        formats.deallocate()
        slots = count
        values = .allocate(capacity: slots)
        lengths = .allocate(capacity: slots)
        formats = .allocate(capacity: slots)
    }
}
