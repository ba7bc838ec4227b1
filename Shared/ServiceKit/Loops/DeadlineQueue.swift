import NIOCore

/// Tells its members when their time is up; one timer for all of them.
///
/// The timer is set for the earliest deadline known when it is set, and set anew when it fires: members that end
/// in time, as nearly all do, cost an insertion and a removal in a table. Touched on its loop only.
final class DeadlineQueue<Member: AnyObject> {
    private struct Entry {
        let deadline: ContinuousClock.Instant
        let member: Member
    }

    private let eventLoop: any EventLoop
    private let expire: (Member) -> Void
    private var entries: [ObjectIdentifier: Entry] = [:]
    private var timer: Scheduled<Void>?
    private var timerDeadline: ContinuousClock.Instant?

    init(on eventLoop: any EventLoop, expire: @escaping (Member) -> Void) {
        self.eventLoop = eventLoop
        self.expire = expire
    }

    func insert(_ member: Member, deadline: ContinuousClock.Instant) {
        entries[ObjectIdentifier(member)] = Entry(deadline: deadline, member: member)
        if let timerDeadline, timerDeadline <= deadline { return }
        setTimer(deadline)
    }

    func remove(_ member: Member) { entries.removeValue(forKey: ObjectIdentifier(member)) }

    /// Forgets all members without telling them.
    func removeAll() {
        entries.removeAll()
        timer?.cancel()
        timer = nil
        timerDeadline = nil
    }

    private func setTimer(_ deadline: ContinuousClock.Instant) {
        timer?.cancel()
        timerDeadline = deadline
        let delay = TimeAmount(max(.zero, ContinuousClock.now.duration(to: deadline)))
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(in: delay) { bound.value.fire() }
    }

    private func fire() {
        timer = nil
        timerDeadline = nil
        let now = ContinuousClock.now
        let expired = entries.values.filter { $0.deadline <= now }
        for entry in expired { remove(entry.member) }
        if let next = entries.values.lazy.map(\.deadline).min() { setTimer(next) }
        for entry in expired { expire(entry.member) }
    }
}
