/// First in, first out.
struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func prepend(contentsOf others: [Element]) {
        elements.replaceSubrange(0..<head, with: others.map { $0 })
        head = 0
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.capacity <= 1_024)
            head = 0
        } else if head >= 256, head * 2 >= elements.count {
            elements.removeSubrange(0..<head)
            head = 0
        }
        return element
    }

    func contains(where matches: (Element) -> Bool) -> Bool {
        elements[head...].contains { $0.map(matches) ?? false }
    }

    mutating func removeAll(where matches: (Element) -> Bool) {
        elements = elements[head...].filter { $0.map { !matches($0) } ?? false }
        head = 0
    }

    func forEach(_ body: (Element) -> Void) {
        for element in elements[head...] { if let element { body(element) } }
    }
}
