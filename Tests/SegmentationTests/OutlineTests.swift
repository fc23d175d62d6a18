import Testing
import UNetSegmentation

/// Outlines of instances that are drawn as letters.
@Suite struct OutlineTests {
  private func outline(_ rows: String...) -> [Outline] {
    let ids = rows.joined().map { Int32(String($0)) ?? 0 }
    return outlines(of: ids, height: rows.count, width: rows[0].count, count: Int(ids.max() ?? 0))
  }

  @Test func aRectangleHasFourCorners() {
    #expect(outline("....", ".11.", ".11.", "....").map(\.rings) == [[[[3, 1], [3, 3], [1, 3], [1, 1]]]])
    #expect(outline("1").map(\.rings) == [[[[1, 0], [1, 1], [0, 1], [0, 0]]]])
  }

  @Test func everyInstanceHasItsOwn() {
    let found = outline("112", "1.2", "333")
    #expect(found.map(\.rings.count) == [1, 1, 1])
    #expect(found[0].rings[0].count == 6 && found[1].rings[0].count == 4 && found[2].rings[0].count == 4)
  }

  @Test func aHoleGoesTheOtherWayAndBelongsToThePartAroundIt() {
    let found = outline("111.111", "1.1.1.1", "111.111")
    let parts = found[0].parts
    #expect(found[0].rings.count == 4 && parts.map(\.count) == [2, 2])
    #expect(parts[0][0].contains([0, 0]) && parts[0][1].allSatisfy { $0.x < 3 })
    #expect(parts[1][0].contains([7, 0]) && parts[1][1].allSatisfy { $0.x > 3 })
  }

  @Test func pixelsThatTouchAtACornerStayApart() {
    #expect(outline("1.", ".1")[0].parts.map(\.count) == [1, 1])
    // A hole that touches the outside at a corner is a hole all the same.
    let ring = outline("111.", "1.1.", "11.1", "..11")[0]
    #expect(ring.parts.flatMap { $0 }.count == ring.rings.count)
  }

  @Test func anEmptyPageHasNone() { #expect(outline("...", "...").isEmpty) }
}
