package import NIOCore
package import NIOPosix
import Synchronization

/// The event loops of a process with an executor for each.
///
/// Every listener, peer connection and request of the process lives on one of them.
package final class EventLoops: Sendable {
    package let group: MultiThreadedEventLoopGroup
    package let executors: [LoopExecutor]

    private let turn = Atomic<Int>(0)

    /// One loop fewer than the machine has cores, at least one.
    package static var defaultCount: Int { max(1, System.coreCount - 1) }

    package init(count: Int = EventLoops.defaultCount) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, count))
        executors = group.makeIterator().map { LoopExecutor($0) }
    }

    /// The executor of the loop that the caller runs on.
    package var current: LoopExecutor? {
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
        return executors.first { $0.eventLoop === loop }
    }

    /// The position in `executors` of the loop that the caller runs on.
    package var currentIndex: Int? {
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
        return executors.firstIndex { $0.eventLoop === loop }
    }

    /// Executors in turn, for work that belongs to no loop yet.
    package var next: LoopExecutor { executors[nextIndex] }

    package var nextIndex: Int {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return Int(UInt(bitPattern: turn) % UInt(executors.count))
    }

    /// The executor of a loop of this group, or one made for a loop of another.
    package func executor(of loop: any EventLoop) -> LoopExecutor {
        executors.first { $0.eventLoop === loop } ?? LoopExecutor(loop)
    }

    /// Ends the loops' threads; every listener and client on them must be shut down before.
    package func shutdown() async throws { try await group.shutdownGracefully() }
}
