import NIOHTTP1

/// Finds the route of a method and path.
///
/// A literal element is preferred; where it leads nowhere, the parameter in its place is tried.
struct Router: Sendable {
    struct Match: Sendable {
        let route: Route
        /// The values of the template's parameters, in its order.
        let values: [String]
    }

    private struct Node {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var routes: [(method: HTTPMethod, index: Int)] = []
    }

    let routes: [Route]
    private let nodes: [Node]

    init(_ routes: [Route]) {
        var nodes = [Node()]
        for (index, route) in routes.enumerated() {
            var at = 0
            for element in route.template.elements {
                let known: Int? =
                    switch element {
                    case .literal(let text): nodes[at].literals[text]
                    case .parameter: nodes[at].parameter
                    }
                let next = known ?? nodes.count
                if known == nil {
                    nodes.append(Node())
                    switch element {
                    case .literal(let text): nodes[at].literals[text] = next
                    case .parameter: nodes[at].parameter = next
                    }
                }
                at = next
            }
            precondition(!nodes[at].routes.contains { $0.method == route.method }, "\(route.operation) is hidden")
            nodes[at].routes.append((route.method, index))
        }
        self.routes = routes
        self.nodes = nodes
    }

    /// - Parameter elements: the decoded elements of the path below the base path.
    func match(_ method: HTTPMethod, _ elements: ArraySlice<String>) -> Match? {
        var values: [String] = []
        guard let index = find(method, elements, from: 0, &values) else { return nil }
        return Match(route: routes[index], values: values)
    }

    private func find(
        _ method: HTTPMethod, _ elements: ArraySlice<String>, from node: Int, _ values: inout [String]
    ) -> Int? {
        guard let element = elements.first else {
            return nodes[node].routes.first { $0.method == method }?.index
        }
        let rest = elements.dropFirst()
        if let next = nodes[node].literals[element], let found = find(method, rest, from: next, &values) {
            return found
        }
        guard !element.isEmpty, let next = nodes[node].parameter else { return nil }
        values.append(element)
        if let found = find(method, rest, from: next, &values) { return found }
        values.removeLast()
        return nil
    }
}
