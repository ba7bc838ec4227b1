extension Row {
    package func optionalBool(_ column: Int) throws(DatabaseError) -> Bool? {
        try isNull(column) ? nil : try bool(column)
    }

    package func optionalInt64(_ column: Int) throws(DatabaseError) -> Int64? {
        try isNull(column) ? nil : try int64(column)
    }

    package func optionalInt(_ column: Int) throws(DatabaseError) -> Int? {
        try isNull(column) ? nil : try int(column)
    }

    package func optionalInt32(_ column: Int) throws(DatabaseError) -> Int32? {
        try isNull(column) ? nil : try int32(column)
    }

    package func optionalDouble(_ column: Int) throws(DatabaseError) -> Double? {
        try isNull(column) ? nil : try double(column)
    }

    package func optionalText(_ column: Int) throws(DatabaseError) -> String? {
        try isNull(column) ? nil : try text(column)
    }

    package func optionalBytes(_ column: Int) throws(DatabaseError) -> [UInt8]? {
        try isNull(column) ? nil : try bytes(column)
    }

    package func optionalUUID(_ column: Int) throws(DatabaseError) -> UUIDBytes? {
        try isNull(column) ? nil : try uuid(column)
    }

    package func optionalTimestampMilliseconds(_ column: Int) throws(DatabaseError) -> Int64? {
        try isNull(column) ? nil : try timestampMilliseconds(column)
    }
}
