import CLinux
import Glibc

/// Starts a detached thread.
enum EngineThread {
    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Throws: `failed` where the system gives no thread.
    static func start(_ run: @escaping @Sendable () -> Void) throws(CurlError) {
        let work = Unmanaged.passRetained(Work(run))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context {
                    _ = tarn_name_thread("tarn-curl")
                    Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw CurlError(.failed, "no thread: errno \(code)")
        }
        pthread_detach(thread)
    }
}
