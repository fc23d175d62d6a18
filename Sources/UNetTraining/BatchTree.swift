/// In which order the gradients of a batch are added: a binary tree over its places that is the same however the batch is
/// divided among processes, so that all of them get the same bits.
///
/// A node covers a power of two of places, from a multiple of that on.  Two neighbours that are halves of a node are added as soon as
/// both are there.  What is left at the end of the batch, nodes of falling size, is added from the last to the first.
package struct BatchTree: Equatable, Sendable {
  /// A part of the batch whose gradients have been added.
  package struct Node: Equatable, Sendable {
    package let start: Int, count: Int

    package init(start: Int, count: Int) { (self.start, self.count) = (start, count) }

    /// Whether this and `next` are the halves of a node.
    package func isLeft(of next: Node) -> Bool {
      next.start == start + count && next.count == count && start.isMultiple(of: 2 * count)
    }
  }

  /// What is done with the gradient of a tile, or the sum that it has become.  Nodes wait in slots, the last in the highest.
  package enum Action: Hashable, Sendable {
    /// The sum that waits in a slot is added to it.
    case add(slot: Int)
    /// It waits in a slot.
    case keep(slot: Int)
  }

  /// What is done after each tile of the block, in order.
  package let actions: [[Action]]
  /// The nodes that are left after the last: all but the last wait in the slots from 0 on.
  package let nodes: [Node]
  /// What turns these into one sum, where the block is the whole batch.
  package let fold: [Action]
  /// The slots that are needed.
  package let slots: Int

  /// Those of the places `block` of a batch.
  package init(_ block: Range<Int>) {
    var (waiting, actions, slots) = ([Node](), [[Action]](), 0)
    for place in block {
      var (node, done) = (Node(start: place, count: 1), [Action]())
      while let last = waiting.last, last.isLeft(of: node) {
        waiting.removeLast()
        done.append(.add(slot: waiting.count))
        node = Node(start: last.start, count: 2 * node.count)
      }
      if place + 1 < block.upperBound {
        done.append(.keep(slot: waiting.count))
        slots = max(slots, waiting.count + 1)
      }
      waiting.append(node)
      actions.append(done)
    }
    (self.actions, nodes, self.slots) = (actions, waiting, slots)
    fold = waiting.indices.dropLast().reversed().map { .add(slot: $0) }
  }
}
