/// Pauses between attempts that grow while they fail, with jitter.
struct Backoff {
    static let shortest = Duration.milliseconds(20)
    static let longest = Duration.seconds(1)

    private var next = Self.shortest

    /// The pause before the next attempt: between half of the present step and all of it.
    mutating func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        let step = next
        next = min(step * 2, Self.longest)
        return step / 2 + step / 2 * Double.random(in: 0...1, using: &generator)
    }

    mutating func reset() { next = Self.shortest }
}
