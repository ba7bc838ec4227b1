extension StringProtocol {
    /// Gives the UTF-8 in one piece, without a copy where the string holds it so.
    @inline(__always)
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = utf8.withContiguousStorageIfAvailable { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }
        if let result { return try result.get() }
        let copy = ContiguousArray(utf8)
        return try copy.withUnsafeBufferPointer { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }.get()
    }
}
