/// The services of Tarn, as they name themselves to one another.
package enum ServiceName: String, Sendable, CaseIterable, Codable {
    case gateway, api, auth, index, storage
}
