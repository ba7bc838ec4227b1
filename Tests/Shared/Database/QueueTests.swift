import Seeded
import TestSupport
import Testing

@testable import Database

@Suite struct QueueTests {
    @Test("It behaves like an array that loses its first element", arguments: 0..<20 as Range<UInt64>)
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var queue = Queue<Int>()
        var model: [Int] = []
        for step in 0..<5_000 {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<50:
                queue.append(step)
                model.append(step)
            case 50..<96:
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()), "seed \(seed)")
            case 96..<98:
                let front = Array(0..<Int.random(in: 0..<5, using: &generator))
                queue.prepend(contentsOf: front)
                model.insert(contentsOf: front, at: 0)
            default:
                queue.removeAll { $0 % 3 == 0 }
                model.removeAll { $0 % 3 == 0 }
            }
            #expect(queue.count == model.count && queue.first == model.first, "seed \(seed)")
        }
        var rest: [Int] = []
        queue.forEach { rest.append($0) }
        #expect(rest == model, "seed \(seed)")
    }

    @Test("Pauses between attempts grow to their limit and start over")
    func backoff() {
        var generator = SeededGenerator(seed: 1)
        var backoff = Backoff()
        var step = Backoff.shortest
        for _ in 0..<20 {
            let pause = backoff.pause(using: &generator)
            #expect(pause >= step / 2 && pause <= step)
            step = min(step * 2, Backoff.longest)
        }
        backoff.reset()
        #expect(backoff.pause(using: &generator) <= Backoff.shortest)
    }
}
