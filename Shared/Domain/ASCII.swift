extension UInt8 {
    package var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
    package var isASCIILowercase: Bool { self >= 0x61 && self <= 0x7A }
    package var isASCIIUppercase: Bool { self >= 0x41 && self <= 0x5A }
    /// A letter, a digit or an underscore.
    package var isASCIIWord: Bool { isASCIIDigit || isASCIILowercase || isASCIIUppercase || self == 0x5F }
    /// A digit or one of `a` to `f`, in lower case.
    package var isLowercaseHex: Bool { isASCIIDigit || (self >= 0x61 && self <= 0x66) }
}
