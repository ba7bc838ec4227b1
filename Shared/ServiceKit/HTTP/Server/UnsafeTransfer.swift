/// Carries a value to the loop it is used on from now on; the sender does not touch it again.
struct UnsafeTransfer<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
