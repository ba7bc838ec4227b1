/// How many wrong credentials are put up with, and what is remembered of them.
package struct MissLimits: Sendable {
    /// Misses that a client may make at once.
    package var burst = 200
    /// Misses of a client that are forgiven each second.
    package var forgivenPerSecond = 20
    /// How long a key is remembered as unknown; added to what callers remember.
    package var unknownAge = Duration.seconds(1)
    /// How long a key that was found exempts its users from the limit.
    package var knownAge = Duration.seconds(60)
    package var rememberedUnknown = 4096
    package var rememberedKnown = 4096
    package var rememberedClients = 16_384

    package init() {}
}
