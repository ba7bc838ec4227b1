import Glibc

extension ObjectStoreError {
    /// What a failed system call means.
    ///
    /// - Parameter number: the errno, positive or negative.
    init(errno number: Int32, _ action: String) {
        let number = abs(number)
        let code: Code =
            switch number {
            case ENOENT, ENOTDIR, EISDIR: .notFound
            case EEXIST: .alreadyExists
            // A symbolic link in the path, or a way out of the root.
            case ELOOP, EXDEV, ENAMETOOLONG: .invalidAddress
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS: .denied
            case EIO, EMFILE, ENFILE, ENOMEM, EAGAIN: .unavailable
            case EFBIG: .tooLarge
            default: .failed
            }
        self.init(code, "\(action): \(String(cString: strerror(number)))")
    }
}

/// The result of a system call that answers -1 and sets errno.
func checked(_ result: Int32, _ action: String) throws(ObjectStoreError) {
    if result < 0 { throw ObjectStoreError(errno: errno, action) }
}
